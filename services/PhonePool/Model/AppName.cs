using System.Diagnostics.CodeAnalysis;
using EmptyNumber.ServiceDefaults.Data;

namespace EmptyNumber.PhonePool.Model;

/// <summary>The package name (应用包名) of an app under test.</summary>
internal static class AppName
{
    private const int MaxLength = 300;

    /// <summary>Reads a name, from a path or a body.</summary>
    /// <param name="text">The only escape that servers leave in a path is that of the slash.</param>
    /// <param name="name">The name.</param>
    /// <returns>False for a name that is blank, longer than 300 characters or no text.</returns>
    public static bool TryRead(string? text, [NotNullWhen(true)] out string? name)
    {
        name = text?.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
        return !string.IsNullOrWhiteSpace(name) && Text.IsStorable(name, MaxLength);
    }
}
