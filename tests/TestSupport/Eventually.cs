using System.Diagnostics;
using Xunit.Sdk;

namespace EmptyNumber.TestSupport;

/// <summary>Waits for a condition; says what was seen last when it does not come true in time.</summary>
public static class Eventually
{
    /// <summary>How long a test waits unless it says otherwise.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Waits until the condition holds.</summary>
    /// <param name="condition">Asked again and again.</param>
    /// <param name="seen">Describes the present state, for the failure.</param>
    /// <param name="deadline">How long at most; <see cref="Deadline"/> where null.</param>
    public static async Task Async(Func<Task<bool>> condition, Func<string> seen, TimeSpan? deadline = null)
    {
        var watch = Stopwatch.StartNew();
        while (!await condition())
        {
            if (watch.Elapsed > (deadline ?? Deadline))
                throw new XunitException($"Not within {(deadline ?? Deadline).TotalSeconds:0.#} s. Seen last: {seen()}");
            await Task.Delay(Pause);
        }
    }

    /// <summary>Waits until the value is the one expected.</summary>
    public static Task Be<T>(Func<T> value, T expected, TimeSpan? deadline = null) => Be(() => Task.FromResult(value()), expected, deadline);

    /// <summary>Waits until the value is the one expected.</summary>
    public static Task Be<T>(Func<Task<T>> value, T expected, TimeSpan? deadline = null) =>
        Satisfy(value, actual => EqualityComparer<T>.Default.Equals(actual, expected), deadline);

    /// <summary>Waits until a value satisfies the condition, and returns that value.</summary>
    public static async Task<T> Satisfy<T>(Func<Task<T>> value, Func<T, bool> condition, TimeSpan? deadline = null)
    {
        T last = default!;
        await Async(async () => condition(last = await value()), () => $"{last}", deadline);
        return last;
    }
}
