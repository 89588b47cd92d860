using EmptyNumber.PhonePool.Model;
using EmptyNumber.ServiceDefaults.Loops;
using Microsoft.Extensions.Options;

namespace EmptyNumber.PhonePool.Infrastructure;

/// <summary>The requests of this process that wait for codes. While one waits it holds nothing but its own connection.</summary>
internal sealed class CodeWaits(CodeStore codes, IHostApplicationLifetime lifetime, IOptions<PhonePoolOptions> options, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, CodeSignal> _signals = [];
    private int _waiting;

    /// <summary>The apps for which a request waits.</summary>
    public string[] Apps
    {
        get
        {
            lock (_lock)
                return [.. _signals.Keys];
        }
    }

    /// <summary>Delivers the codes that have arrived for an app, or waits for the first.</summary>
    /// <param name="app">The app.</param>
    /// <param name="atMost">How long; zero, the end of this process or too many who wait end it at once.</param>
    /// <param name="cancellationToken">Ends when the client leaves: nothing is delivered then.</param>
    /// <returns>Empty when none has come.</returns>
    public async Task<List<VerificationCode>> ReceiveAsync(string app, TimeSpan atMost, CancellationToken cancellationToken)
    {
        if (atMost == TimeSpan.Zero || Join(app) is not { } signal)
            return await codes.ClaimAsync(app, cancellationToken);
        try
        {
            using var end = new CancellationTokenSource(atMost, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(end.Token, lifetime.ApplicationStopping, cancellationToken);
            while (true)
            {
                var arrived = await codes.ClaimAsync(app, cancellationToken);
                if (arrived.Count > 0 || either.IsCancellationRequested)
                    return arrived;
                await signal.WaitAsync(Timeout.InfiniteTimeSpan, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
        finally
        {
            Leave(app, signal);
        }
    }

    /// <summary>Codes have arrived for an app: one of those who wait takes them all.</summary>
    public void Wake(string app)
    {
        lock (_lock)
            _signals.GetValueOrDefault(app)?.Wake();
    }

    private CodeSignal? Join(string app)
    {
        lock (_lock)
        {
            if (_waiting >= options.Value.MaxWaitingRequests)
                return null;
            _waiting++;
            if (!_signals.TryGetValue(app, out var signal))
                _signals.Add(app, signal = new CodeSignal());
            signal.Waiting++;
            return signal;
        }
    }

    private void Leave(string app, CodeSignal signal)
    {
        lock (_lock)
        {
            _waiting--;
            if (--signal.Waiting > 0)
                return;
            _signals.Remove(app);
            signal.Dispose();
        }
    }

    /// <summary>Wakes one of the requests that wait for the codes of an app.</summary>
    private sealed class CodeSignal : WakeSignal
    {
        public int Waiting { get; set; }
    }
}
