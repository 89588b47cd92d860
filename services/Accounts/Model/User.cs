namespace EmptyNumber.Accounts.Model;

/// <summary>Somebody who may log in.</summary>
internal sealed class User
{
    /// <summary>Longest name, in characters.</summary>
    public const int MaxNameLength = 150;

    public long Id { get; init; }

    /// <summary>Unique; upper and lower case differ.</summary>
    public required string Name { get; init; }

    /// <summary>As <see cref="Passwords"/> makes it.</summary>
    public required string PasswordHash { get; init; }

    /// <summary>What the user may do.</summary>
    public required string[] Roles { get; init; }
}
