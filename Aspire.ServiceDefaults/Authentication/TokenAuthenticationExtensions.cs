using EmptyNumber.ServiceDefaults.Http;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace EmptyNumber.ServiceDefaults.Authentication;

/// <summary>Who may call what.</summary>
public static class TokenAuthenticationExtensions
{

    internal static void AddTokenAuthentication(this WebApplicationBuilder builder)
    {
        builder.AddServiceClient(RemoteIntrospector.Accounts);
        builder.Services.TryAddSingleton<ITokenIntrospector, RemoteIntrospector>();
        builder.Services
            .AddAuthentication(TokenAuthenticationHandler.Name)
            .AddScheme<AuthenticationSchemeOptions, TokenAuthenticationHandler>(TokenAuthenticationHandler.Name, configureOptions: null);
        builder.Services.AddAuthorization();
    }

    /// <summary>Open to a token in force.</summary>
    public static TBuilder RequireToken<TBuilder>(this TBuilder endpoints)
        where TBuilder : IEndpointConventionBuilder => endpoints.RequireAuthorization();

    /// <summary>Open to a token with one of these roles.</summary>
    public static TBuilder RequireRole<TBuilder>(this TBuilder endpoints, params string[] roles)
        where TBuilder : IEndpointConventionBuilder => endpoints.RequireAuthorization(policy => policy.RequireRole(roles));

    /// <summary>Open to trusted networks, and to a token with one of these roles; anybody else gets 401.</summary>
    public static TBuilder RequireTrustedNetworkOrRole<TBuilder>(this TBuilder endpoints, params string[] roles)
        where TBuilder : IEndpointConventionBuilder => endpoints.RequireAuthorization(policy => policy.RequireAssertion(context =>
            (context.Resource as HttpContext)?.IsTrustedPeer() == true || roles.Any(context.User.IsInRole)))
            .WithMetadata(new ForbiddenIsUnauthorized());
}
