using System.ComponentModel.DataAnnotations;

namespace EmptyNumber.Accounts.Model;

/// <summary>Section <c>Sms</c>: the provider that sends verification codes.</summary>
internal sealed class SmsOptions : IValidatableObject
{
    /// <summary>Stands for the number in <see cref="Fields"/>.</summary>
    public const string Tel = "{tel}";

    /// <summary>Stands for the code in <see cref="Fields"/>.</summary>
    public const string Code = "{code}";

    /// <summary>Where a POST has a message sent. Without it codes are written to the log in development, and not sent otherwise.</summary>
    public Uri? Endpoint { get; set; }

    /// <summary>Headers of the request, such as <c>Authorization</c>.</summary>
    public Dictionary<string, string> Headers { get; init; } = [];

    /// <summary>What the body says, with <c>{tel}</c> and <c>{code}</c> where they belong.</summary>
    public Dictionary<string, string> Fields { get; init; } = [];

    /// <summary>Whether the body is a JSON object; a form by default.</summary>
    public bool Json { get; set; }

    /// <summary>What an answer of success contains, for providers that tell of failures with 200 as well; compared as UTF-8. Default nothing: any 2xx will do.</summary>
    public string Accepted { get; set; } = "";

    /// <summary>How long the provider may take. Default 5 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:00:20")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Numbers that one address may have codes sent to within an hour, unless it is in a trusted network. Default 100.</summary>
    [Range(1, 1_000_000)]
    public int NumbersPerAddress { get; set; } = 100;

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Endpoint is null)
            yield break;
        if (!Endpoint.IsAbsoluteUri || Endpoint.Scheme is not ("http" or "https"))
            yield return new($"Sms:Endpoint: an absolute http or https address, not '{Endpoint}'.");
        foreach (var part in (string[])[Tel, Code])
            if (!Fields.Values.Any(value => value.Contains(part, StringComparison.Ordinal)))
                yield return new($"Sms:Fields: one of them has to contain {part}.");
    }
}
