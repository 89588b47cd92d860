using EmptyNumber.ServiceDefaults.Errors;

namespace EmptyNumber.Gateway.Routing;

/// <summary>Paths that one service answers.</summary>
/// <param name="Path">A route template; the trailing slash does not matter.</param>
/// <param name="Service">The service, as <c>services:name</c> names it.</param>
/// <param name="Form">The form of the errors that the gateway itself has to tell there.</param>
/// <param name="MaxBodyBytes">The largest request body.</param>
/// <param name="TimeLimit">For the whole request; null where an answer may stream for as long as it moves.</param>
internal sealed record GatewayRoute(string Path, string Service, ErrorForm Form, int MaxBodyBytes, TimeSpan? TimeLimit)
{
    /// <summary>The only method that takes this route; any where null.</summary>
    public string? Method { get; init; }

    /// <summary>The path at the service, where it is another one.</summary>
    public string? PathAtService { get; init; }

    /// <summary>Unique in the table.</summary>
    public string Id => Method is null ? Path : $"{Method} {Path}";
}
