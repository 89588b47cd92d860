using System.Collections.Concurrent;
using System.Net;
using EmptyNumber.WholeSuite;

namespace EmptyNumber.Faults.Tests.Fleet;

/// <summary>A client from joining until it leaves, is lost or crashes.</summary>
internal sealed class ClientLife(
    DialerClient client, Journal journal, int extensions, Habits habits, CancellationToken stop) : IDisposable
{
    private const int Repeats = 3;
    private const int UploadRepeats = 10;

    private static readonly TimeSpan BeatInterval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Standstill = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan LeaveLimit = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestCall = TimeSpan.FromSeconds(2);
    private static readonly byte[] Recording = BusyTone.Wav();

    private readonly CancellationTokenSource _life = CancellationTokenSource.CreateLinkedTokenSource(stop);
    private readonly ConcurrentDictionary<string, Call> _calls = new();
    private readonly Dictionary<string, Holding> _leases = [];
    private Session? _session;
    private DateTime _standsStillUntil;

    private int Times => habits.HasFlag(Habits.Repeats) ? Repeats : 1;

    private Session Session => _session ?? throw new InvalidOperationException("It has not joined.");

    /// <summary>Works.</summary>
    /// <exception cref="ClientLostException">The service does not know it any more.</exception>
    /// <exception cref="CrashException">It has crashed.</exception>
    /// <exception cref="OperationCanceledException">It was told to stop.</exception>
    public async Task LiveAsync()
    {
        var token = _life.Token;
        var asked = DateTime.UtcNow;
        await Requests.SendAsync(client.NotifyAsync, token);
        _session = new Session(client.Id, asked);
        List<Task> running = [BeatAsync(token)];
        try
        {
            while (true)
            {
                await LeaseAsync(token);
                running.AddRange(await StartCallsAsync(token));
                var next = Task.Delay(PollInterval * (0.5 + Random.Shared.NextDouble()), token);
                while (await Task.WhenAny([next, .. running]) is var ended && ended != next)
                {
                    await ended;
                    running.Remove(ended);
                }

                await StandStillAsync(token);
            }
        }
        catch (Exception e) when (e is ClientLostException or CrashException)
        {
            Session.Lose();
            throw;
        }
        finally
        {
            await _life.CancelAsync();
            await Task.WhenAny(Task.WhenAll(running));
        }
    }

    /// <summary>After a crash and a long silence: what it had heard is uploaded, under its old name, which nobody knows any more.</summary>
    public async Task ReturnAsync()
    {
        if (await Requests.StatusOfAsync(client.BeatAsync, CancellationToken.None) is { } status and not HttpStatusCode.NotFound)
            journal.Complain($"{Session} was silent for a long time and was answered {status}");
        foreach (var call in _calls.Values)
        {
            call.Holding.Release();
            if (await Requests.StatusOfAsync(token => client.UploadAsync(call.Extension, call.Number, Recording, token), CancellationToken.None) is HttpStatusCode.OK)
                call.Holding.Accept();
        }
    }

    /// <summary>Gives everything back.</summary>
    public async Task LeaveAsync()
    {
        if (_session is null)
            return;
        foreach (var holding in _calls.Values.Select(call => call.Holding).Concat(_leases.Values))
            holding.Release();
        using var limit = new CancellationTokenSource(LeaveLimit);
        await Requests.StatusOfAsync(client.LeaveAsync, limit.Token);
    }

    public void Dispose() => _life.Dispose();

    private async Task BeatAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await StandStillAsync(cancellationToken);
            var sent = DateTime.UtcNow;
            await Requests.SendAsync(
                Times,
                async token =>
                {
                    sent = DateTime.UtcNow;
                    await client.BeatAsync(token);
                    Session.Beat(sent);
                },
                cancellationToken);
            await Task.Delay(BeatInterval, cancellationToken);
        }
    }

    private async Task LeaseAsync(CancellationToken cancellationToken)
    {
        if (client.Extensions.Count >= extensions)
            return;
        var asked = DateTime.UtcNow;
        await Requests.SendAsync(Times, token => client.LeaseAsync(extensions, partial: true, token), cancellationToken);
        foreach (var extension in client.Extensions)
            if (!_leases.ContainsKey(extension))
                _leases[extension] = journal.Lease(Session, extension, asked);
    }

    private async Task<List<Task>> StartCallsAsync(CancellationToken cancellationToken)
    {
        var asked = DateTime.UtcNow;
        var underWay = _calls.ToDictionary();
        var plans = new ConcurrentBag<Plan>();
        await Requests.SendAsync(
            Times,
            async token =>
            {
                foreach (var plan in await client.DialPlanAsync(token))
                    plans.Add(plan);
            },
            cancellationToken);
        List<Task> started = [];
        foreach (var plan in plans.Distinct())
        {
            if (!client.Extensions.Contains(plan.ExtensionNum))
                journal.Complain($"{Session} was given {plan}, but has not leased that extension");

            // An answer that crosses the end of a call may still name its number; what was meant for the next call stays in the plan.
            var current = _calls.GetValueOrDefault(plan.ExtensionNum);
            if (underWay.GetValueOrDefault(plan.ExtensionNum) is { } before && before != current)
                continue;

            // The same again is for a client that did not hear the first answer; the journal judges another one.
            if (current?.Number == plan.PhoneNum)
                continue;
            var call = new Call(plan.ExtensionNum, plan.PhoneNum, journal.Give(Session, plan, asked));
            _calls[call.Extension] = call;
            started.Add(CallAsync(call, cancellationToken));
        }

        return started;
    }

    private async Task CallAsync(Call call, CancellationToken cancellationToken)
    {
        await Task.Yield();
        if (Strikes(Habits.Lies) && await LieAsync(call, cancellationToken))
            return;
        if (await ReportAsync("call", call, cancellationToken))
        {
            call.Holding.Begin();
            await Task.Delay(LongestCall * Random.Shared.NextDouble(), cancellationToken);
            if (Strikes(Habits.Crashes))
                throw new CrashException();
            if (Strikes(Habits.Hangs))
            {
                Session.Lose();
                _standsStillUntil = DateTime.UtcNow + Standstill;
            }

            await StandStillAsync(cancellationToken);
            call.Holding.Release();
            var times = habits.HasFlag(Habits.Repeats) ? UploadRepeats : 1;
            if (await Requests.SendAsync(times, token => client.UploadAsync(call.Extension, call.Number, Recording, token), cancellationToken))
                call.Holding.Accept();
        }

        await EndAsync(call, cancellationToken);
    }

    /// <returns>Whether that was the end of the call.</returns>
    private async Task<bool> LieAsync(Call call, CancellationToken cancellationToken)
    {
        await ExpectAsync(HttpStatusCode.Conflict, token => client.UploadAsync(call.Extension, $"199{Random.Shared.Next(100_000_000):d8}", Recording, token));
        await ExpectAsync(HttpStatusCode.Conflict, token => client.UploadAsync("0", call.Number, Recording, token));
        await ExpectAsync(HttpStatusCode.Conflict, token => client.StatusAsync("during", "0", call.Number, token));
        await ExpectAsync(HttpStatusCode.BadRequest, token => client.StatusAsync("asleep", call.Extension, call.Number, token));
        await ReportAsync("during", call with { Number = $"199{Random.Shared.Next(100_000_000):d8}" }, cancellationToken);
        if (Random.Shared.Next(2) == 0)
            return false;
        call.Holding.Release();
        await ExpectAsync(HttpStatusCode.BadRequest, token => client.UploadAsync(call.Extension, call.Number, "nonsense"u8.ToArray(), token));
        await EndAsync(call, cancellationToken);
        return true;

        async Task ExpectAsync(HttpStatusCode expected, Func<CancellationToken, Task> request)
        {
            if (await Requests.StatusOfAsync(request, cancellationToken) is { } status and <= HttpStatusCode.InternalServerError && status != expected && status != HttpStatusCode.NotFound)
                journal.Complain($"{Session}: a lie was answered {status}, not {expected}");
        }
    }

    private async Task EndAsync(Call call, CancellationToken cancellationToken)
    {
        call.Holding.Release();
        _calls.TryRemove(KeyValuePair.Create(call.Extension, call));
        await ReportAsync("idle", call, cancellationToken);
    }

    private Task<bool> ReportAsync(string status, Call call, CancellationToken cancellationToken) =>
        Requests.SendAsync(Times, token => client.StatusAsync(status, call.Extension, call.Number, token), cancellationToken);

    private async Task StandStillAsync(CancellationToken cancellationToken)
    {
        if (_standsStillUntil - DateTime.UtcNow is { Ticks: > 0 } rest)
            await Task.Delay(rest, cancellationToken);
    }

    private bool Strikes(Habits habit) => habits.HasFlag(habit) && Random.Shared.Next(10) == 0;

    private sealed record Call(string Extension, string Number, Holding Holding);
}
