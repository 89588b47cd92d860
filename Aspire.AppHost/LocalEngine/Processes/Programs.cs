namespace EmptyNumber.AppHost.LocalEngine.Processes;

/// <summary>Finds the system's programs.</summary>
internal static class Programs
{
    /// <summary>The full path of a program: in the given folders first, in those of PATH after them.</summary>
    /// <exception cref="LocalEngineException">It is in none of them; the message names the Debian package.</exception>
    public static string Find(string name, string package, params IEnumerable<string> folders)
    {
        var path = Environment.GetEnvironmentVariable("PATH") ?? "/usr/bin:/bin";
        return folders.Concat(path.Split(':', StringSplitOptions.RemoveEmptyEntries))
            .Select(folder => Path.Combine(folder, name))
            .FirstOrDefault(File.Exists)
            ?? throw new LocalEngineException($"The program {name} is not installed. It is in the package {package}: apt-get install {package}");
    }

    /// <summary>The <c>dotnet</c> that runs this very process, so that children get the same runtime.</summary>
    public static string Dotnet { get; } =
        Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet"
            ? Environment.ProcessPath!
            : Find("dotnet", "dotnet-sdk-10.0");
}
