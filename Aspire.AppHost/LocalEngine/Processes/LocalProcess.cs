using System.Collections.Concurrent;
using System.Diagnostics;

namespace EmptyNumber.AppHost.LocalEngine.Processes;

/// <summary>Something that runs as one process, can tell when it is ready, and can be started again.</summary>
public abstract class LocalProcess : IAsyncDisposable
{
    private const int TailLines = 40;
    private readonly ConcurrentQueue<string> _tail = new();
    private readonly Action<string, bool>? _output;
    private ChildProcess? _child;

    /// <param name="name">What messages call it.</param>
    /// <param name="output">Gets each line that it writes, and whether it was to standard error.</param>
    private protected LocalProcess(string name, Action<string, bool>? output)
    {
        Name = name;
        _output = output;
    }

    /// <summary>What messages call it.</summary>
    public string Name { get; }

    /// <summary>The id of the process that was started last; it leads a process group of the same id.</summary>
    public int ProcessId => Child.Id;

    /// <summary>Ends with the exit code (128 + n after signal n) of the process that was started last.</summary>
    public Task<int> Exited => Child.Exited;

    /// <summary>The last lines that it wrote.</summary>
    public IReadOnlyList<string> Tail => [.. _tail];

    /// <summary>How often it is asked whether it is ready.</summary>
    private protected virtual TimeSpan PollInterval => TimeSpan.FromMilliseconds(50);

    /// <summary>How long a start may take, until ready.</summary>
    private protected virtual TimeSpan StartLimit => TimeSpan.FromSeconds(90);

    /// <summary>How long a stop may take before it is killed.</summary>
    private protected virtual TimeSpan StopLimit => TimeSpan.FromSeconds(15);

    private ChildProcess Child => _child ?? throw new InvalidOperationException($"{Name} was not started.");

    /// <summary>Starts it and returns when it is ready.</summary>
    /// <exception cref="LocalEngineException">It ended, or was not ready in time; the message has its last lines.</exception>
    public async Task StartAsync(CancellationToken ct = default)
    {
        await LaunchAsync(ct);
        await WaitUntilReadyAsync(ct);
    }

    /// <summary>Stops it in order, and kills it when that takes too long. Does nothing when it does not run.</summary>
    public virtual async Task StopAsync()
    {
        if (_child is not null)
            await _child.StopAsync(StopLimit);
    }

    /// <summary>Kills it as a power cut would (SIGKILL). Does nothing when it does not run.</summary>
    public Task KillAsync() => _child?.KillAsync() ?? Task.CompletedTask;

    /// <summary>Stops it.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Starts the process without waiting for it to be ready.</summary>
    internal async Task LaunchAsync(CancellationToken ct)
    {
        if (_child is { Exited.IsCompleted: false })
            throw new InvalidOperationException($"{Name} runs already.");
        _tail.Clear();
        await PrepareAsync(ct);
        _child = await ChildProcess.StartAsync(CreateCommand(), Note);
        OnLaunched();
    }

    /// <summary>Returns when it is ready.</summary>
    internal async Task WaitUntilReadyAsync(CancellationToken ct)
    {
        var watch = Stopwatch.StartNew();
        while (!await IsReadyAsync(ct))
        {
            ct.ThrowIfCancellationRequested();
            if (Exited.IsCompleted)
                throw new LocalEngineException(Describe($"{Name} ended with code {await Exited} before it was ready."));
            if (watch.Elapsed > StartLimit)
                throw new LocalEngineException(Describe($"{Name} was not ready within {StartLimit.TotalSeconds:0} s."));
            await Task.WhenAny(Exited, Task.Delay(PollInterval, ct));
        }

        await OnReadyAsync(ct);
    }

    /// <summary>A sentence, and below it what the process wrote last.</summary>
    internal string Describe(string sentence) => string.Join("\n    ", [sentence, .. Tail]);

    private protected abstract ChildCommand CreateCommand();

    private protected abstract Task<bool> IsReadyAsync(CancellationToken ct);

    private protected virtual Task PrepareAsync(CancellationToken ct) => Task.CompletedTask;

    private protected virtual void OnLaunched()
    {
    }

    private protected virtual Task OnReadyAsync(CancellationToken ct) => Task.CompletedTask;

    private protected void Note(string line, bool isError)
    {
        _tail.Enqueue(line);
        while (_tail.Count > TailLines)
            _tail.TryDequeue(out _);
        _output?.Invoke(line, isError);
    }
}
