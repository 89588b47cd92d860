using EmptyNumber.ServiceDefaults.Authentication;

namespace EmptyNumber.DialerCoordinator.Apis;

/// <summary>What operators call. A trusted network does not suffice: each request needs the token of an operator.</summary>
internal static class OperatorApi
{
    /// <summary>The page of a list where the request does not say.</summary>
    public const int DefaultLimit = 100;

    /// <summary>The largest page.</summary>
    public const int MaxLimit = 1000;

    public static void MapOperatorApi(this IEndpointRouteBuilder app)
    {
        var operators = app.MapGroup("/").WithTags("Operators").RequireRole(Roles.Operator, Roles.Admin);
        operators.MapFleetApi();
        operators.MapExtensionApi();
        operators.MapDoNotCallApi();
        operators.MapCallApi();
    }
}
