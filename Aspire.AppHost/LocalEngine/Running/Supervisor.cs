using System.Diagnostics;
using EmptyNumber.AppHost.LocalEngine.Processes;

namespace EmptyNumber.AppHost.LocalEngine.Running;

/// <summary>Keeps one process running, or runs it once to its end.</summary>
internal sealed class Supervisor
{
    private const int CrashLimit = 5;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(500);

    /// <summary>One that ran for this long is sound: its crash is the first of a new series.</summary>
    private static readonly TimeSpan Sound = TimeSpan.FromSeconds(30);

    private readonly string _resource;
    private readonly string _label;
    private readonly int _replica;
    private readonly bool _runsOnce;
    private readonly StatusBoard _board;
    private readonly Func<string?> _url;
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<int> _completed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _restarts;
    private ProcessState _state;

    /// <param name="process">What to run.</param>
    /// <param name="resource">The resource that it belongs to.</param>
    /// <param name="replica">Which of the resource's processes, from 0.</param>
    /// <param name="label">What the screen calls it.</param>
    /// <param name="runsOnce">True when it is expected to end.</param>
    /// <param name="url">Where it listens, asked once it runs.</param>
    /// <param name="board">Shows what it is doing.</param>
    public Supervisor(LocalProcess process, string resource, int replica, string label, bool runsOnce, Func<string?> url, StatusBoard board)
    {
        Process = process;
        _resource = resource;
        _replica = replica;
        _label = label;
        _runsOnce = runsOnce;
        _url = url;
        _board = board;
        Report(ProcessState.Waiting);
    }

    public LocalProcess Process { get; }

    /// <summary>Ends when it has become healthy for the first time.</summary>
    public Task Ready => _ready.Task;

    /// <summary>Ends with its exit code, when it runs once.</summary>
    public Task<int> Completed => _completed.Task;

    /// <summary>Runs until it is finished, or until the application stops. Leaves a running process to <see cref="StopAsync"/>.</summary>
    /// <exception cref="LocalEngineException">It can't be started, or crashes again and again.</exception>
    public async Task RunAsync(CancellationToken stopping)
    {
        for (var crashes = 0; ;)
        {
            var problem = await RunOnceAsync(stopping);
            if (problem is null)
                return;
            crashes = problem.Ran >= Sound ? 1 : crashes + 1;
            if (crashes == CrashLimit)
            {
                Report(ProcessState.Failed, problem.Sentence);
                throw new LocalEngineException(Process.Describe(
                    $"{Process.Name} was given up after {CrashLimit} crashes in a row. {problem.Sentence}"));
            }

            var pause = FirstPause * (1 << (crashes - 1));
            _restarts++;
            Report(ProcessState.Restarting, $"{problem.Sentence} Starting again in {pause.TotalSeconds:0.#} s.");
            await Task.Delay(pause, stopping);
        }
    }

    public async Task StopAsync()
    {
        await Process.StopAsync();
        if (_state is ProcessState.Starting or ProcessState.Running or ProcessState.Restarting)
            Report(ProcessState.Stopped);
    }

    /// <returns>Why it crashed; null when it has done what it was to do.</returns>
    private async Task<Crash?> RunOnceAsync(CancellationToken stopping)
    {
        await Process.LaunchAsync(stopping);
        Report(ProcessState.Starting, pid: Process.ProcessId);
        var readySince = new Stopwatch();
        try
        {
            if (!_runsOnce)
            {
                await Process.WaitUntilReadyAsync(stopping);
                readySince.Start();
                Report(ProcessState.Running, pid: Process.ProcessId);
                _ready.TrySetResult();
            }

            var code = await Process.Exited.WaitAsync(stopping);
            if (!_runsOnce)
                return new Crash($"It ended with code {code}.", readySince.Elapsed);
            Report(code == 0 ? ProcessState.Finished : ProcessState.Failed, $"exit code {code}");
            _completed.SetResult(code);
            return null;
        }
        catch (LocalEngineException e)
        {
            await Process.KillAsync();
            return new Crash(e.Message.Split('\n')[0], TimeSpan.Zero);
        }
    }

    private void Report(ProcessState state, string? detail = null, int? pid = null)
    {
        _state = state;
        _board.Set(new ProcessStatus(_resource, _replica, state, pid, pid is null ? null : _url(), _restarts), _label, detail);
    }

    /// <param name="Sentence">What happened.</param>
    /// <param name="Ran">How long it had been healthy before.</param>
    private sealed record Crash(string Sentence, TimeSpan Ran);
}
