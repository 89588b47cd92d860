using System.Runtime.InteropServices;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace EmptyNumber.AppHost.LocalEngine.Running;

/// <summary>Runs the application: starts each resource when what it waits for is there, and stops them in the opposite order.</summary>
internal sealed class Engine : IHostedService, IDisposable
{
    private readonly IReadOnlyCollection<Resource> _resources;
    private readonly EngineOptions _options;
    private readonly IHostApplicationLifetime _lifetime;
    private readonly PosixSignalRegistration _hangUp;
    private readonly CancellationTokenSource _stopping = new();
    private readonly List<ResourceRun> _runs = [];
    private DataFolder? _folder;
    private ProcessOutput? _output;
    private Task _running = Task.CompletedTask;
    private int _failures;

    public Engine(IReadOnlyCollection<Resource> resources, IOptions<EngineOptions> options, IHostApplicationLifetime lifetime)
    {
        _resources = resources;
        _options = options.Value;
        _lifetime = lifetime;
        // The host handles SIGINT and SIGTERM; a closed terminal is to end just as orderly.
        _hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, context =>
        {
            context.Cancel = true;
            lifetime.StopApplication();
        });
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _folder = DataFolder.Open(_options.DataFolder);
        _output = new ProcessOutput(_folder, _options.Verbose);
        var board = new StatusBoard(_folder.ResourceList, _resources.Max(resource => resource.Name.Length) + 2);
        var runs = new ResourceRuns(_folder, _output, board, _resources);
        _runs.AddRange(_resources.Select(runs.Create));
        var byResource = _runs.ToDictionary(IResource (run) => run.Resource);
        _running = Task.WhenAll(_runs.Select(run => GuardAsync(run.RunAsync(resource => byResource[resource], _stopping.Token))));
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await _running;
        for (var left = _runs.ToList(); left.Count > 0;)
        {
            var unused = left.Where(run => !left.Any(other => other.Resource.Plan.Uses.Contains(run.Resource))).ToList();
            // Those that use one another have no order: they stop together.
            var next = unused.Count > 0 ? unused : left;
            await Task.WhenAll(next.Select(run => run.StopAsync()));
            left = [.. left.Except(next)];
        }
    }

    public void Dispose()
    {
        _hangUp.Dispose();
        _stopping.Dispose();
        _output?.Dispose();
        _folder?.Dispose();
    }

    /// <summary>The first failure ends the application; those that follow from it are not worth a word.</summary>
    private async Task GuardAsync(Task run)
    {
        try
        {
            await run;
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
        }
        catch (Exception e)
        {
            if (Interlocked.Increment(ref _failures) > 1)
                return;
            Terminal.WriteError(e is LocalEngineException ? e.Message : e.ToString());
            Environment.ExitCode = 1;
            _lifetime.StopApplication();
        }
    }
}
