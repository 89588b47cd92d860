using EmptyNumber.Accounts.Infrastructure;
using EmptyNumber.ServiceDefaults.Authentication;
using EmptyNumber.ServiceDefaults.Errors;

namespace EmptyNumber.Accounts.Apis;

/// <summary>Tells the other services whose token it is. The gateway has no route to it.</summary>
internal static class IntrospectionApi
{
    public static void MapIntrospectionApi(this IEndpointRouteBuilder app) =>
        app.MapPost("/internal/tokens/introspect", IntrospectAsync).WithMetadata(new IgnoreTokens()).ExcludeFromDescription();

    private static async Task<IResult> IntrospectAsync(HttpContext context, IntrospectionRequest question, Tokens tokens, CancellationToken cancellationToken) =>
        context.IsInternal() && await tokens.IntrospectAsync(question.TokenHash, cancellationToken) is { } identity
            ? TypedResults.Ok(identity)
            : ApiError.NotFound();
}
