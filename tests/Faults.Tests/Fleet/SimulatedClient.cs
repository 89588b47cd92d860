using EmptyNumber.WholeSuite;

namespace EmptyNumber.Faults.Tests.Fleet;

/// <summary>A dialer without a telephone: it does what its document asks for, as far as its habits let it, and keeps a journal.</summary>
/// <param name="gateway">Where the service is; many clients may share it.</param>
/// <param name="journal">What it was given, and when.</param>
/// <param name="extensions">How many it wants.</param>
/// <param name="habits">What is wrong with it.</param>
internal sealed class SimulatedClient(HttpClient gateway, Journal journal, int extensions, Habits habits)
{
    private static readonly TimeSpan StartWithin = TimeSpan.FromSeconds(3);

    /// <summary>So long it is away after a crash: it has been lost by then, even where the coordinators themselves were held up.</summary>
    private static readonly TimeSpan Absence = TimeSpan.FromSeconds(45);

    /// <summary>Works until it is told to stop, then leaves; joins again whenever it was lost.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        await PauseAsync(StartWithin * Random.Shared.NextDouble());
        while (!stop.IsCancellationRequested)
        {
            using var life = new ClientLife(new DialerClient(gateway), journal, extensions, habits, stop);
            try
            {
                await life.LiveAsync();
            }
            catch (ClientLostException)
            {
            }
            catch (CrashException)
            {
                await PauseAsync(Absence);
                if (!stop.IsCancellationRequested)
                    await life.ReturnAsync();
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                await life.LeaveAsync();
            }
        }

        // Stopping is no failure.
        async Task PauseAsync(TimeSpan pause) => await Task.Delay(pause, stop).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }
}

/// <summary>The service does not know the client (any more).</summary>
internal sealed class ClientLostException : Exception;

/// <summary>The client's process ends.</summary>
internal sealed class CrashException : Exception;
