using System.Text.Encodings.Web;
using EmptyNumber.ServiceDefaults.Errors;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace EmptyNumber.ServiceDefaults.Authentication;

/// <summary>Reads the token of a request and asks whose it is. 401 and 403 take the form of the API.</summary>
internal sealed class TokenAuthenticationHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, ITokenIntrospector introspector)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string Name = "Token";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (AccessToken.Of(Request) is not { } token || IgnoresTokens())
            return AuthenticateResult.NoResult();
        if (token.Length == 0)
            return AuthenticateResult.Fail("not a token");
        return await introspector.IntrospectAsync(AccessToken.Hash(token), Context.RequestAborted) is { } identity
            ? AuthenticateResult.Success(new AuthenticationTicket(TokenPrincipal.Create(identity, Name), Name))
            : AuthenticateResult.Fail("unknown, expired or revoked token");
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties) => ApiError.WriteAsync(Context, 401);

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) =>
        ApiError.WriteAsync(Context, Context.GetEndpoint()?.Metadata.GetMetadata<ForbiddenIsUnauthorized>() is null ? 403 : 401);

    private bool IgnoresTokens() => Context.GetEndpoint()?.Metadata.GetMetadata<IgnoreTokens>() is not null;
}

/// <summary>Endpoint metadata: a token of the wrong role is refused like none at all.</summary>
internal sealed class ForbiddenIsUnauthorized;

/// <summary>Endpoint metadata: a token that comes along is not looked at, not even when it is bad.</summary>
public sealed class IgnoreTokens;
