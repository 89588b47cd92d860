using System.ComponentModel.DataAnnotations;

namespace EmptyNumber.Accounts.Model;

/// <summary>Section <c>Audit</c>.</summary>
internal sealed class AuditOptions
{
    /// <summary>How long entries are kept. Default 184 days: no six months are longer, and China's Cybersecurity Law (Art. 21) asks for six.</summary>
    [Range(typeof(TimeSpan), "1.00:00:00", "36500.00:00:00")]
    public TimeSpan KeepFor { get; set; } = TimeSpan.FromDays(184);

    /// <summary>
    /// Entries of failed logins in an hour, each for one user and one address. What fails beyond them is one entry together: who guesses from
    /// everywhere at once fills no disk. Default 500.
    /// </summary>
    [Range(1, 1_000_000)]
    public int FailedLoginsAnHour { get; set; } = 500;
}
