namespace Aspire.Hosting.ApplicationModel;

/// <summary>What was asked of a resource: the engine reads it when the application starts.</summary>
internal sealed class ResourcePlan
{
    /// <summary>Each writes variables; run in order just before the start, when addresses are known.</summary>
    public List<Action<IDictionary<string, string>>> Environment { get; } = [];

    public List<string> Arguments { get; } = [];

    public List<Wait> Waits { get; } = [];

    /// <summary>Those that it uses: it is stopped before them.</summary>
    public HashSet<IResource> Uses { get; } = [];

    public HttpEndpoint? Endpoint { get; set; }

    public int Replicas { get; set; } = 1;
}

/// <summary>Something that must be so before a resource starts.</summary>
/// <param name="On">The resource that is waited for.</param>
/// <param name="ExitCode">The code that it must end with; null when it must be healthy.</param>
internal sealed record Wait(IResource On, int? ExitCode);

/// <summary>The HTTP endpoint of a project.</summary>
/// <param name="Port">Its port; null for any free one.</param>
internal sealed record HttpEndpoint(int? Port)
{
    /// <summary>Whether others than this machine may reach it.</summary>
    public bool External { get; init; }

    /// <summary>The path that answers 200 when it is healthy; null when there is none.</summary>
    public string? HealthPath { get; init; }
}
