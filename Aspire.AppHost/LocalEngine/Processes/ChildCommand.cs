namespace EmptyNumber.AppHost.LocalEngine.Processes;

/// <summary>A command line that can be started any number of times.</summary>
/// <param name="Program">Full path of the executable.</param>
/// <param name="Arguments">Its arguments, unquoted.</param>
internal sealed record ChildCommand(string Program, params IReadOnlyList<string> Arguments)
{
    /// <summary>The whole environment of the child; nothing is inherited besides.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = Minimal();

    public string WorkingDirectory { get; init; } = "/";

    /// <summary>The user to become, when this process is privileged; null stays who we are.</summary>
    public string? User { get; init; }

    /// <summary>Asks the child to end in an orderly stop.</summary>
    public Signal StopSignal { get; init; } = Signal.Terminate;

    /// <summary>What the kernel sends the child when the launcher is gone; null for <see cref="StopSignal"/>.</summary>
    public Signal? DeathSignal { get; init; }

    /// <summary>The environment of a server: a path and a locale, so that the launcher's own settings can't reach it.</summary>
    public static Dictionary<string, string> Minimal() => new()
    {
        ["PATH"] = System.Environment.GetEnvironmentVariable("PATH") ?? "/usr/bin:/bin",
        ["LANG"] = "C.UTF-8",
    };
}
