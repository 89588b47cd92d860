namespace EmptyNumber.Accounts.Model;

/// <summary>Somebody who may log in.</summary>
internal sealed class User
{
    /// <summary>Longest name, in characters.</summary>
    public const int MaxNameLength = 150;

    public long Id { get; init; }

    /// <summary>Unique; upper and lower case differ.</summary>
    public required string Name { get; init; }

    /// <summary>As <see cref="Passwords"/> makes it; empty for a service, which has a token alone.</summary>
    public required string PasswordHash { get; set; }

    /// <summary>What the user may do.</summary>
    public required string[] Roles { get; set; }

    /// <summary>Whether he may neither log in nor have a token.</summary>
    public bool IsDisabled { get; set; }

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Whether he can log in and manage users.</summary>
    public bool IsAdministrator => !IsDisabled && PasswordHash.Length > 0 && Roles.Contains(ServiceDefaults.Authentication.Roles.Admin);
}
