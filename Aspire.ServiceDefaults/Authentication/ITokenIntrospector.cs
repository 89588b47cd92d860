namespace EmptyNumber.ServiceDefaults.Authentication;

/// <summary>Tells whose token it is (after RFC 7662). Accounts asks its database, the other services ask Accounts.</summary>
public interface ITokenIntrospector
{
    /// <summary>The user behind a token in force; null for a token that is unknown, expired or revoked.</summary>
    /// <param name="tokenHash">The token as <see cref="AccessToken.Hash"/> gives it.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="Errors.UnavailableException">Nobody could be asked.</exception>
    Task<TokenIdentity?> IntrospectAsync(string tokenHash, CancellationToken cancellationToken);
}
