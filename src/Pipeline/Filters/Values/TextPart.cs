namespace Dispatcher.Pipeline.Filters.Values;

/// <summary>Which part of a text is compared.</summary>
internal enum TextPart
{
    /// <summary>All of it.</summary>
    Whole,

    /// <summary>Its beginning.</summary>
    Prefix,

    /// <summary>Its end.</summary>
    Suffix,
}
