using Aspire.Hosting.ApplicationModel;
using EmptyNumber.AppHost.LocalEngine.Processes;

namespace EmptyNumber.AppHost.LocalEngine.Running;

/// <summary>One replica of a project, run from what the build made of it.</summary>
internal sealed class LocalProject : LocalProcess
{
    private static readonly HttpClient Health = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(10) };

    private readonly ProjectResource _project;
    private readonly int _replica;
    private readonly string? _listenUrl;

    public LocalProject(ProjectResource project, int replica, string label, Action<string, bool> output)
        : base(label, output)
    {
        _project = project;
        _replica = replica;
        if (project.Plan.Endpoint is not { } endpoint)
            return;
        var port = endpoint.Port ?? FreePorts.Take();
        Url = $"http://127.0.0.1:{port}";
        _listenUrl = endpoint.External ? $"http://*:{port}" : Url;
    }

    /// <summary>Where it is reached from this machine; null when it does not listen.</summary>
    public string? Url { get; }

    private protected override TimeSpan PollInterval => TimeSpan.FromMilliseconds(150);

    private protected override TimeSpan StopLimit => TimeSpan.FromSeconds(12);

    private protected override ChildCommand CreateCommand() => new(
        Programs.Dotnet, [ProjectOutput.Find(_project.ProjectPath), .. _project.Plan.Arguments])
    {
        WorkingDirectory = Path.GetDirectoryName(_project.ProjectPath)!,
        Environment = ProjectEnvironment.Of(_project, _replica, _listenUrl),
    };

    private protected override async Task<bool> IsReadyAsync(CancellationToken ct)
    {
        if (Url is null || _project.Plan.Endpoint?.HealthPath is not { } path)
            return true;
        try
        {
            using var response = await Health.GetAsync(Url + path, HttpCompletionOption.ResponseHeadersRead, ct);
            return response.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException && !ct.IsCancellationRequested)
        {
            return false;
        }
    }
}
