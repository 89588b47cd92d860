using System.ComponentModel.DataAnnotations;
using EmptyNumber.Accounts.Model;
using EmptyNumber.ServiceDefaults.Authentication;
using EmptyNumber.ServiceDefaults.Http;

namespace EmptyNumber.Accounts.Apis;

/// <summary>Which users are wanted.</summary>
internal sealed class UserFilter : IInput
{
    /// <summary>What the name begins with.</summary>
    [Text(User.MaxNameLength)]
    public string? Name { get; init; }

    /// <summary>A role that the user has.</summary>
    [Text(20)]
    public string? Role { get; init; }

    public IQueryable<User> Of(IQueryable<User> users)
    {
        if (Name is not null)
            users = users.Where(user => user.Name.StartsWith(Name));
        if (Role is not null)
            users = users.Where(user => user.Roles.Contains(Role));
        return users;
    }
}

/// <summary>A user to be added.</summary>
internal sealed class NewUser : IInput
{
    /// <summary>Unique, and from then on his; no blanks at its ends, nothing that cannot be seen.</summary>
    [Required, Text(User.MaxNameLength)]
    [RegularExpression(@"[^\s\p{Cc}\p{Cf}]([^\p{Cc}\p{Cf}]*[^\s\p{Cc}\p{Cf}])?", ErrorMessage = "No blanks at its ends, no control characters.")]
    public string? Name { get; init; }

    /// <summary>His password.</summary>
    [Required, Password]
    public string? Password { get; init; }

    /// <summary>What he may do.</summary>
    [Required, KnownRoles]
    public string[]? Roles { get; init; }
}

/// <summary>What is to change of a user.</summary>
internal sealed class UserPatch : IInput
{
    /// <summary>What he may do from now on.</summary>
    [KnownRoles]
    public string[]? Roles { get; init; }

    /// <summary>His new password.</summary>
    [Password]
    public string? Password { get; init; }

    /// <summary>Whether he may no longer log in.</summary>
    public bool? Disabled { get; init; }
}

/// <summary>A password that is long enough: 8 to 128 characters.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class PasswordAttribute() : ValidationAttribute("8 to 128 characters, no NUL and no lone surrogates.")
{
    /// <inheritdoc />
    public override bool IsValid(object? value) => value is not string text || text.Length >= 8 && new TextAttribute(128).IsValid(text);
}

/// <summary>Roles that there are: one at least, each once.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class KnownRolesAttribute() : ValidationAttribute($"One or more of {string.Join(", ", Roles.All)}, each once.")
{
    /// <inheritdoc />
    public override bool IsValid(object? value) =>
        value is not string[] roles || roles.Length > 0 && roles.Distinct().Count() == roles.Length && roles.All(Roles.All.Contains);
}
