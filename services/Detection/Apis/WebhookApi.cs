using System.Security.Claims;
using EmptyNumber.Detection.Infrastructure;
using EmptyNumber.ServiceDefaults.Authentication;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EmptyNumber.Detection.Apis;

/// <summary>What a customer checks the signature of webhooks with.</summary>
internal static class WebhookApi
{
    public static void MapWebhookApi(this IEndpointRouteBuilder app)
    {
        var webhooks = app.MapGroup("/webhooks").WithTags("Detection").RequireToken();
        webhooks.MapGet("/secret", ReadAsync).WithName("WebhookSecret").WithSummary("The secret that your webhooks are signed with");
        webhooks.MapPost("/secret", RenewAsync).WithName("RenewWebhookSecret").WithSummary("Make a new secret; the old one signs nothing any more");
    }

    private static async Task<Ok<SecretItem>> ReadAsync(ClaimsPrincipal user, WebhookSecrets secrets, CancellationToken cancellationToken) =>
        TypedResults.Ok(new SecretItem(await secrets.OfAsync(user.UserId(), cancellationToken)));

    private static async Task<Ok<SecretItem>> RenewAsync(ClaimsPrincipal user, WebhookSecrets secrets, CancellationToken cancellationToken) =>
        TypedResults.Ok(new SecretItem(await secrets.RenewAsync(user.UserId(), cancellationToken)));

    private sealed record SecretItem(string Secret);
}
