using System.Collections.Concurrent;
using System.Threading.Channels;
using EmptyNumber.Dialer.Infrastructure;
using Microsoft.Extensions.Logging;

namespace EmptyNumber.Dialer.Calls;

/// <summary>
/// The life of one client id: three loops, which beat, lease extensions and ask for numbers, and a call at a time on each
/// line. It ends when the dialer stops, and then leaves; or when the coordinator does not know the client any more.
/// </summary>
internal sealed partial class Session(
    string clientId, DialerOptions options, CoordinatorClient coordinator, ICarrier carrier, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan HeartbeatPeriod = TimeSpan.FromSeconds(5);

    /// <summary>How long uploads that are under way at the end may still take.</summary>
    private static readonly TimeSpan UploadGrace = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan LeaveLimit = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<string, Line> _lines = new();
    private readonly Channel<Line> _freed = Channel.CreateUnbounded<Line>();
    private readonly TaskCompletionSource _lost = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Serves until it is stopped.</summary>
    /// <exception cref="CoordinatorException">The client was lost.</exception>
    public async Task RunAsync(CancellationToken stopping)
    {
        using var life = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        using var saving = new CancellationTokenSource();
        Task[] loops = [BeatAsync(life.Token), LeaseAsync(life.Token), DialAsync(life.Token, saving.Token), _lost.Task.WaitAsync(life.Token)];
        var first = await Task.WhenAny(loops);

        await life.CancelAsync();
        saving.CancelAfter(UploadGrace);
        await Task.WhenAll([.. loops, .. _lines.Values.Select(line => line.Call)]).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        if (first.Exception?.InnerException is not CoordinatorException { ClientIsLost: true })
            await LeaveAsync();
        await first;
    }

    private async Task BeatAsync(CancellationToken life)
    {
        using var timer = new PeriodicTimer(HeartbeatPeriod, time);
        while (await timer.WaitForNextTickAsync(life))
        {
            try
            {
                await coordinator.HeartbeatAsync(clientId, life);
            }
            catch (CoordinatorException e) when (!e.ClientIsLost)
            {
                LogHeartbeatFailed(e.Message);
            }
        }
    }

    /// <summary>Leases extensions until there is one for each line, also when some are taken away later.</summary>
    private async Task LeaseAsync(CancellationToken life)
    {
        var pause = new Backoff(TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(30));
        while (true)
        {
            if (_lines.Count >= options.Lines || await LeaseMissingAsync(life))
                pause.Reset();
            await Task.Delay(pause.Next(), time, life);
        }
    }

    /// <returns>Whether there are more lines than before.</returns>
    private async Task<bool> LeaseMissingAsync(CancellationToken life)
    {
        try
        {
            var accounts = await coordinator.LeaseAsync(clientId, options.Lines, life);
            var before = _lines.Count;
            await Parallel.ForEachAsync(
                accounts.Where(account => !_lines.ContainsKey(account.ExtensionNum)),
                new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = life },
                RegisterAsync);
            if (_lines.Count > before)
                LogLeased(_lines.Count, options.Lines);
            return _lines.Count > before;
        }
        catch (CoordinatorException e) when (!e.ClientIsLost)
        {
            LogLeaseFailed(e.Message);
            return false;
        }
    }

    private async ValueTask RegisterAsync(Account account, CancellationToken life)
    {
        await coordinator.ReportAsync(clientId, account.ExtensionNum, ExtensionStatus.Idle, "", life);
        var line = new Line(account, clientId, coordinator, carrier, logger);
        _lines[line.ExtensionNum] = line;
        _freed.Writer.TryWrite(line);
    }

    /// <remarks>
    /// Only a line that was free before the plan was asked for is given a number of it: a plan that crosses the end of a
    /// call may still name the number of that call. Whatever is passed over stays in the plan.
    /// </remarks>
    private async Task DialAsync(CancellationToken life, CancellationToken saving)
    {
        var free = new Dictionary<string, Line>();
        var pause = new Backoff(TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(1));
        while (true)
        {
            if (free.Count == 0)
                await _freed.Reader.WaitToReadAsync(life);
            while (_freed.Reader.TryRead(out var line))
                free[line.ExtensionNum] = line;

            foreach (var item in await PlanAsync(life))
            {
                if (!free.Remove(item.ExtensionNum, out var line))
                    continue;
                line.Call = CallAsync(line, item.PhoneNum, life, saving);
                pause.Reset();
            }

            await Task.Delay(pause.Next(), time, life);
        }
    }

    private async Task<IReadOnlyList<PlanItem>> PlanAsync(CancellationToken life)
    {
        try
        {
            return await coordinator.DialPlanAsync(clientId, life);
        }
        catch (CoordinatorException e) when (!e.ClientIsLost)
        {
            LogPlanFailed(e.Message);
            return [];
        }
    }

    private async Task CallAsync(Line line, string number, CancellationToken life, CancellationToken saving)
    {
        try
        {
            await line.CallAsync(number, life, saving);
            _freed.Writer.TryWrite(line);
        }
        catch (CoordinatorException e) when (e.ClientIsLost)
        {
            _lost.TrySetException(e);
        }
        catch (CoordinatorException e)
        {
            _lines.TryRemove(line.ExtensionNum, out _);
            LogLineLost(line.ExtensionNum, e.Message);
        }
        catch (OperationCanceledException)
        {
            LogDropped(number, line.ExtensionNum);
        }
    }

    private async Task LeaveAsync()
    {
        using var limit = new CancellationTokenSource(LeaveLimit);
        try
        {
            await coordinator.LeaveAsync(clientId, limit.Token);
            LogLeft();
        }
        catch (Exception e) when (e is CoordinatorException or OperationCanceledException)
        {
            LogLeaveFailed(e.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Leased} of {Wanted} lines are ready")]
    private partial void LogLeased(int leased, int wanted);

    [LoggerMessage(Level = LogLevel.Warning, Message = "No extensions were leased: {Reason}")]
    private partial void LogLeaseFailed(string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A heartbeat failed: {Reason}")]
    private partial void LogHeartbeatFailed(string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "No dial plan: {Reason}")]
    private partial void LogPlanFailed(string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Extension {Extension} is not ours any more: {Reason}")]
    private partial void LogLineLost(string extension, string reason);

    [LoggerMessage(Level = LogLevel.Debug, Message = "The call to {Number} on {Extension} ends with its client")]
    private partial void LogDropped(string number, string extension);

    [LoggerMessage(Level = LogLevel.Information, Message = "Left; the coordinator has the extensions and the numbers back")]
    private partial void LogLeft();

    [LoggerMessage(Level = LogLevel.Warning, Message = "Could not leave, the coordinator will notice: {Reason}")]
    private partial void LogLeaveFailed(string reason);
}
