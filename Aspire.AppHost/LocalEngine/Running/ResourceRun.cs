using Aspire.Hosting.ApplicationModel;

namespace EmptyNumber.AppHost.LocalEngine.Running;

/// <summary>A resource of a running application: it waits for others, then keeps its processes going, if it has any.</summary>
internal sealed class ResourceRun(Resource resource, IReadOnlyList<Supervisor> processes)
{
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Resource Resource => resource;

    /// <summary>Ends when all its processes have become healthy.</summary>
    public Task Ready => _ready.Task;

    public async Task RunAsync(Func<IResource, ResourceRun> find, CancellationToken stopping)
    {
        foreach (var wait in resource.Plan.Waits)
            await find(wait.On).SatisfyAsync(wait, stopping);
        var running = processes.Select(process => process.RunAsync(stopping)).ToList();
        var ready = Task.WhenAll(processes.Select(process => process.Ready));
        // The first that fails ends the application, while the others may still wait to be healthy.
        while (!ready.IsCompleted && running.Count > 0)
        {
            var ended = await Task.WhenAny([ready, .. running]);
            if (!running.Remove(ended))
                break;
            await ended;
        }

        if (ready.IsCompleted)
            _ready.TrySetResult();
        await foreach (var ended in Task.WhenEach(running))
            await ended;
    }

    public Task StopAsync() => Task.WhenAll(processes.Select(process => process.StopAsync()));

    private async Task SatisfyAsync(Wait wait, CancellationToken stopping)
    {
        if (wait.ExitCode is not { } wanted)
        {
            await Ready.WaitAsync(stopping);
            return;
        }

        foreach (var process in processes)
            if (await process.Completed.WaitAsync(stopping) is var code && code != wanted)
                throw new LocalEngineException(process.Process.Describe($"{resource.Name} ended with code {code}, {wanted} was expected."));
    }
}
