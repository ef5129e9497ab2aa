namespace Dispatcher.Gateway.Api;

/// <summary>The types of the API model.</summary>
internal enum ShapeKind
{
    /// <summary>Named members.</summary>
    Structure,

    /// <summary>Values in order.</summary>
    List,

    /// <summary>Values by text key.</summary>
    Map,

    /// <summary>Text.</summary>
    String,

    /// <summary>32 bits.</summary>
    Integer,

    /// <summary>64 bits.</summary>
    Long,

    /// <summary>A floating point number.</summary>
    Double,

    /// <summary>True or false.</summary>
    Boolean,

    /// <summary>Bytes; base64 in JSON.</summary>
    Blob,

    /// <summary>Seconds since 1970.</summary>
    Timestamp,
}
