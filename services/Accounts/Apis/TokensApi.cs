using System.ComponentModel.DataAnnotations;
using EmptyNumber.Accounts.Infrastructure;
using EmptyNumber.Accounts.Model;
using EmptyNumber.ServiceDefaults.Authentication;
using EmptyNumber.ServiceDefaults.Errors;
using EmptyNumber.ServiceDefaults.Http;
using EmptyNumber.ServiceDefaults.OpenApi;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace EmptyNumber.Accounts.Apis;

/// <summary>Long-lived tokens (长期令牌) for programs, each user's own.</summary>
internal static class TokensApi
{
    public static void MapTokensApi(this IEndpointRouteBuilder api)
    {
        var tokens = api.MapGroup("/tokens").WithTags("Tokens").RequireToken();
        tokens.MapGet("/", ListAsync).WithName("ListTokens").WithSummary("Your named tokens, without the tokens themselves, oldest first");
        tokens.MapPost("/", CreateAsync).WithName("CreateToken").WithSummary("Make a named token, which is shown this once")
            .WithDescription("Takes the token of a login: a named token makes no others, so that whoever finds one has no more than that one.")
            .Produces<NewTokenForm>(StatusCodes.Status201Created).DocumentsErrors(StatusCodes.Status403Forbidden, StatusCodes.Status409Conflict);
        tokens.MapDelete("/{id:long}", RevokeAsync).WithName("RevokeToken").WithSummary("Revoke one of your named tokens; in force everywhere within 2 s")
            .Produces(StatusCodes.Status204NoContent);
    }

    private static Task<List<TokenForm>> ListAsync(HttpContext context, AccountsDb db, TimeProvider clock, CancellationToken cancellationToken) =>
        db.NamedTokens(context.User.UserId(), clock.GetUtcNow()).OrderBy(token => token.Id)
            .Select(token => new TokenForm(token.Id, token.Name, token.Prefix, token.CreatedAt, token.LastUsedAt, token.ExpiresAt))
            .ToListAsync(cancellationToken);

    private static async Task<IResult> CreateAsync(
        TokenBody body, HttpContext context, AccountsDb db, Tokens tokens, AuditTrail audit, IOptions<AccountsOptions> options, TimeProvider clock,
        CancellationToken cancellationToken)
    {
        var caller = Caller.Of(context);
        var hash = AccessToken.Hash(AccessToken.Of(context.Request)!);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await db.HoldUserAsync(caller.Id, cancellationToken);
        if (await db.Tokens.AsNoTracking().SingleOrDefaultAsync(token => token.Hash == hash, cancellationToken) is not { } present)
            return new ApiError(StatusCodes.Status401Unauthorized); // revoked since it was looked at
        if (present.Kind != TokenKind.Session)
            return new ApiError(StatusCodes.Status403Forbidden, "长期令牌不能创建令牌，请用登录所得的令牌。");
        if (await db.NamedTokens(caller.Id, clock.GetUtcNow()).CountAsync(cancellationToken) >= options.Value.TokensPerUser)
            return ApiError.Conflict($"每个用户最多有{options.Value.TokensPerUser}个长期令牌。");

        var (text, made) = tokens.Create(caller.Id, body.Name!, TimeSpan.FromDays(body.Days));
        await db.SaveChangesAsync(cancellationToken);
        audit.Add(AuditEvents.TokenCreated, caller, made.Label);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return TypedResults.Json(new NewTokenForm(made.Id, made.Name, made.Prefix, text, made.CreatedAt, made.ExpiresAt), statusCode: StatusCodes.Status201Created);
    }

    private static async Task<IResult> RevokeAsync(
        long id, HttpContext context, AccountsDb db, AuditTrail audit, TimeProvider clock, CancellationToken cancellationToken)
    {
        var caller = Caller.Of(context);
        var mine = db.NamedTokens(caller.Id, clock.GetUtcNow()).Where(token => token.Id == id);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (await mine.SingleOrDefaultAsync(cancellationToken) is not { } token || await mine.ExecuteDeleteAsync(cancellationToken) == 0)
            return ApiError.NotFound();
        audit.Add(AuditEvents.TokenRevoked, caller, token.Label);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return TypedResults.NoContent();
    }

    private static IQueryable<Token> NamedTokens(this AccountsDb db, long userId, DateTimeOffset now) =>
        db.Tokens.AsNoTracking().Where(token => token.UserId == userId && token.Kind == TokenKind.Named && token.ExpiresAt > now);

    /// <summary>A token to be made.</summary>
    private sealed class TokenBody : IInput
    {
        /// <summary>What you call it.</summary>
        [Required, Text(Token.MaxNameLength)]
        public string? Name { get; init; }

        /// <summary>How long it is good for.</summary>
        [Range(1, 3650)]
        public int Days { get; init; } = 365;
    }

    private sealed record TokenForm(long Id, string Name, string Prefix, DateTimeOffset CreatedAt, DateTimeOffset? LastUsedAt, DateTimeOffset ExpiresAt);

    private sealed record NewTokenForm(long Id, string Name, string Prefix, string Token, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt);
}
