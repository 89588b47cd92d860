using System.CommandLine;
using System.Numerics;

namespace EmptyNumber;

/// <summary>Options of a command line that take a number. The executables that have any share this file.</summary>
internal static class NumberOption
{
    /// <summary>An option that takes a number within a range, and says so to any other.</summary>
    /// <param name="name">As on the command line.</param>
    /// <param name="value">What it is where it is not given.</param>
    /// <param name="least">The least that it takes.</param>
    /// <param name="most">The most that it takes.</param>
    /// <param name="description">What it is, in the help.</param>
    public static Option<T> Of<T>(string name, T value, T least, T most, string? description = null)
        where T : INumber<T>
    {
        var option = new Option<T>(name) { DefaultValueFactory = _ => value, Description = description };
        option.Validators.Add(result =>
        {
            // A text that is no number at all is refused anyway.
            if (result.Tokens is [var token] && T.TryParse(token.Value, null, out var given) && !(given >= least && given <= most))
                result.AddError($"{name} {token.Value}: must be from {least} to {most}.");
        });
        return option;
    }
}
