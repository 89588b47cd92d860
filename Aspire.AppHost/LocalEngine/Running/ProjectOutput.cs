using System.Reflection;

namespace EmptyNumber.AppHost.LocalEngine.Running;

/// <summary>Finds what a build made of a project.</summary>
internal static class ProjectOutput
{
    /// <summary>Such as <c>bin/Release/net10.0/</c>: all projects of a build share it.</summary>
    private static readonly string Relative = typeof(ProjectOutput).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == "ProjectOutputPath").Value!;

    /// <summary>The full path of the program's assembly.</summary>
    /// <exception cref="LocalEngineException">There is none: the project is missing or was not built.</exception>
    public static string Find(string projectFile)
    {
        if (!File.Exists(projectFile))
            throw new LocalEngineException($"There is no project {projectFile}.");
        var folder = Path.Combine(Path.GetDirectoryName(projectFile)!, Relative);
        const string Marker = ".runtimeconfig.json";
        var name = Path.GetFileNameWithoutExtension(projectFile);
        var programs = Directory.Exists(folder)
            ? Directory.GetFiles(folder, "*" + Marker).Select(file => file[..^Marker.Length] + ".dll").Where(File.Exists).ToList()
            : [];
        return programs.Find(program => Path.GetFileNameWithoutExtension(program).EndsWith(name, StringComparison.Ordinal))
            ?? throw new LocalEngineException($"{projectFile} is not built: there is no program in {folder}.");
    }
}
