using System.Collections;
using Aspire.Hosting.ApplicationModel;

namespace EmptyNumber.AppHost.LocalEngine.Running;

/// <summary>The environment of a project's process: the launcher's own, and what the application's description adds to it.</summary>
internal static class ProjectEnvironment
{
    /// <summary>What only the description may decide; the launcher's own values are not for its children.</summary>
    private static readonly string[] NotInherited =
    [
        "ConnectionStrings__", "services__", EngineOptions.Section + "__",
        "ASPNETCORE_URLS", "ASPNETCORE_HTTP_PORTS", "ASPNETCORE_HTTPS_PORTS", "HTTP_PORTS", "HTTPS_PORTS", "URLS",
    ];

    private static readonly (string Name, string Value)[] Defaults =
    [
        // One line an entry, so that a level stands at the start of each line.
        ("Logging__Console__FormatterName", "simple"),
        ("Logging__Console__FormatterOptions__SingleLine", "true"),
    ];

    /// <param name="project">The project.</param>
    /// <param name="replica">Which of its processes, from 0.</param>
    /// <param name="listenUrl">What it listens on; null when it does not.</param>
    public static IReadOnlyDictionary<string, string> Of(ProjectResource project, int replica, string? listenUrl)
    {
        var environment = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .Select(entry => (Name: (string)entry.Key, Value: (string?)entry.Value ?? ""))
            .Where(variable => !NotInherited.Any(start => variable.Name.StartsWith(start, StringComparison.OrdinalIgnoreCase)))
            .ToDictionary(variable => variable.Name, variable => variable.Value);
        foreach (var (name, value) in Defaults)
            environment.TryAdd(name, value);
        environment["OTEL_SERVICE_NAME"] = project.Name;
        environment["OTEL_RESOURCE_ATTRIBUTES"] = $"service.instance.id={project.Name}-{replica}";
        if (listenUrl is not null)
            environment["ASPNETCORE_URLS"] = listenUrl;
        foreach (var set in project.Plan.Environment)
            set(environment);
        return environment;
    }
}
