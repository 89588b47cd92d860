using EmptyNumber.ServiceDefaults.Loops;
using EmptyNumber.TestSupport;
using Microsoft.Extensions.Logging.Abstractions;

namespace EmptyNumber.ServiceDefaults.Tests;

public sealed class TimedLoopTests
{
    [Fact]
    public async Task A_timed_loop_works_at_once_and_once_a_period_whatever_failed_before()
    {
        var clock = new FakeTimeProvider();
        using var loop = new FailingLoop(clock);
        await loop.StartAsync(CancellationToken.None);
        for (var turn = 1; turn <= 3; turn++)
        {
            await Eventually.Be(() => loop.Turns, turn);
            clock.Advance(FailingLoop.Period - TimeSpan.FromTicks(1));
            loop.Turns.ShouldBe(turn);
            clock.Advance(TimeSpan.FromTicks(1));
        }

        await loop.StopAsync(CancellationToken.None);
        loop.ExecuteTask!.IsFaulted.ShouldBeFalse();
    }

    [Fact]
    public async Task A_timed_loop_whose_work_fails_because_it_is_stopped_ends_in_peace()
    {
        using var loop = new InterruptedLoop();
        await loop.StartAsync(CancellationToken.None);
        await loop.IsWorking.Task.WaitAsync(Eventually.Deadline);

        await loop.StopAsync(CancellationToken.None);

        loop.ExecuteTask!.IsCompleted.ShouldBeTrue();
        loop.ExecuteTask.IsFaulted.ShouldBeFalse();
    }

    /// <summary>As a database whose connection breaks when its statement is cancelled.</summary>
    private sealed class InterruptedLoop() : TimedLoop(TimeSpan.FromMinutes(1), new FakeTimeProvider(), NullLogger.Instance)
    {
        public TaskCompletionSource IsWorking { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        protected override async Task WorkAsync(CancellationToken cancellationToken)
        {
            IsWorking.SetResult();
            await Task.Delay(Timeout.Infinite, cancellationToken).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            throw new IOException("broken");
        }
    }

    private sealed class FailingLoop(TimeProvider time) : TimedLoop(Period, time, NullLogger.Instance)
    {
        public static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

        private int _turns;

        public int Turns => Volatile.Read(ref _turns);

        protected override Task WorkAsync(CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _turns);
            throw new InvalidOperationException("as the test wants");
        }
    }
}
