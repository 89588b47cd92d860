using Spectre.Console;

namespace EmptyNumber.AppHost;

/// <summary>The screen, shared by the engine's status lines and the sample's progress bar.</summary>
internal static class Terminal
{
    private const int WidthOfAPipe = 1_000;

    /// <summary>Standard output; a pipe or file gets plain lines that are not wrapped.</summary>
    public static IAnsiConsole Out { get; } = Create();

    public static void WriteLine(string line, Style? style = null)
    {
        try
        {
            Out.Write(new Text(line + "\n", style));
        }
        catch (IOException)
        {
            // The terminal is gone; an orderly stop goes on without it.
        }
    }

    /// <summary>What the person at the terminal must know and act upon.</summary>
    public static void WriteError(string message)
    {
        try
        {
            Console.Error.WriteLine(message);
        }
        catch (IOException)
        {
        }
    }

    private static IAnsiConsole Create()
    {
        if (!Console.IsOutputRedirected)
            return AnsiConsole.Console;
        var plain = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
        });
        plain.Profile.Width = WidthOfAPipe;
        return plain;
    }
}
