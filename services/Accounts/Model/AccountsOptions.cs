using System.ComponentModel.DataAnnotations;

namespace EmptyNumber.Accounts.Model;

/// <summary>Section <c>Accounts</c> of the configuration.</summary>
internal sealed class AccountsOptions
{
    /// <summary>How long a session token is good for, from the login on. Default 7 days; use does not prolong it.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "3650.00:00:00")]
    public TimeSpan TokenLifetime { get; set; } = TimeSpan.FromDays(7);

    /// <summary>Named tokens of one user. Default 50.</summary>
    [Range(1, 10_000)]
    public int TokensPerUser { get; set; } = 50;

    /// <summary>Failed logins of one user from one address before they are slowed. Default 5.</summary>
    [Range(1, 10_000)]
    public int FailuresPerUser { get; set; } = 5;

    /// <summary>What each further failure of one user from one address costs. Default 30 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "1.00:00:00")]
    public TimeSpan PausePerUser { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Failed logins from one address, of whatever users, before they are slowed. Default 50.</summary>
    [Range(1, 1_000_000)]
    public int FailuresPerAddress { get; set; } = 50;

    /// <summary>What each further failure from one address costs. Default 2 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "1.00:00:00")]
    public TimeSpan PausePerAddress { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// The token of each service that calls the API as a customer, by the service's name; the service is told the same. A good one is
    /// 40 random lower-case hex digits.
    /// </summary>
    public Dictionary<string, string> ServiceTokens { get; init; } = [];

    /// <summary>The name of the administrator that <c>migrate</c> adds where there is none. Default <c>admin</c>.</summary>
    [Required, MaxLength(User.MaxNameLength)]
    public string AdministratorName { get; set; } = "admin";

    /// <summary>His password, 8 characters at least; none is added without it.</summary>
    [MinLength(8)]
    public string? AdministratorPassword { get; set; }
}
