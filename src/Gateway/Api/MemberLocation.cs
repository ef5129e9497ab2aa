namespace Dispatcher.Gateway.Api;

/// <summary>Where a member of an input travels.</summary>
internal enum MemberLocation
{
    /// <summary>In the JSON body.</summary>
    Body,

    /// <summary>In a label of the path.</summary>
    Uri,

    /// <summary>In the query.</summary>
    Query,

    /// <summary>In a header.</summary>
    Header,
}
