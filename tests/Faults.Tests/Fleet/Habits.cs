namespace EmptyNumber.Faults.Tests.Fleet;

/// <summary>What may be wrong with a client. Each strikes one call in ten.</summary>
[Flags]
internal enum Habits
{
    None = 0,

    /// <summary>It ends in the middle of a call, and is started again when it has been lost; then it uploads what it had.</summary>
    Crashes = 1,

    /// <summary>It stands still for longer than its leases last, and goes on as if nothing had been.</summary>
    Hangs = 2,

    /// <summary>It sends everything several times at once.</summary>
    Repeats = 4,

    /// <summary>It reports and uploads what is not so.</summary>
    Lies = 8,
}
