using System.Collections.Concurrent;
using EmptyNumber.WholeSuite;

namespace EmptyNumber.Faults.Tests.Fleet;

/// <summary>What all clients of a test were given and when, by their own account: what the service must have kept to is checked against it.</summary>
internal sealed class Journal
{
    /// <summary>A client is lost after this much silence, and a number not begun goes to another after that.</summary>
    private static readonly TimeSpan ClientTimeout = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan BeginTimeout = TimeSpan.FromSeconds(60);

    private readonly ConcurrentQueue<Holding> _numbers = new();
    private readonly ConcurrentQueue<Holding> _leases = new();
    private readonly ConcurrentQueue<string> _complaints = new();
    private readonly ConcurrentQueue<(DateTime From, DateTime Until)> _forgotten = new();

    /// <summary>How many numbers were given, each counted once for each call.</summary>
    public int Calls => _numbers.Count;

    /// <summary>Recordings that were accepted.</summary>
    public int Uploads => _numbers.Count(holding => holding.Accepted is not null);

    /// <summary>Clients that had extensions and were lost, each as often as that.</summary>
    public int Lost => _leases.Select(lease => lease.Session).Distinct().Count(session => session.IsLost);

    /// <summary>A number was given.</summary>
    public Holding Give(Session session, Plan plan, DateTime asked) => Hold(_numbers, session, plan.PhoneNum, plan.ExtensionNum, asked);

    /// <summary>An extension was leased.</summary>
    public Holding Lease(Session session, string extension, DateTime asked) => Hold(_leases, session, extension, extension, asked);

    /// <summary>At some moment from then until now the service has forgotten who is alive: clients are lost without having been silent.</summary>
    public void Forget(DateTime from) => _forgotten.Enqueue((from, DateTime.UtcNow));

    /// <summary>Something was answered as it must never be.</summary>
    public void Complain(string what) => _complaints.Enqueue(what);

    /// <summary>All that was not as it must be.</summary>
    public IEnumerable<string> Faults() =>
    [
        .. _complaints,
        .. Shared(_numbers, "number", GaveUp),
        .. Shared(_leases, "extension", (_, _) => false),
        .. _numbers.GroupBy(holding => holding.What).SelectMany(DialledAgain),
        .. _numbers.GroupBy(holding => (holding.Session, holding.Extension)).SelectMany(TwoAtOnce),
    ];

    private static Holding Hold(ConcurrentQueue<Holding> all, Session session, string what, string extension, DateTime asked)
    {
        var holding = new Holding(session, what, extension, asked, DateTime.UtcNow);
        all.Enqueue(holding);
        return holding;
    }

    /// <summary>What two had at the same time, two sessions or two extensions of one, although the first was not lost.</summary>
    private IEnumerable<string> Shared(IEnumerable<Holding> all, string kind, Func<Holding, Holding, bool> mayPass) =>
        from one in all.GroupBy(holding => holding.What)
        from first in one
        from second in one
        where (second.Session, second.Extension) != (first.Session, first.Extension) && first.From <= second.From && second.From < first.Until
            && !WasLost(first, second) && !mayPass(first, second)
        select $"{kind} {first.What} was given to {second.Session} while {first.Session} had it: {first}; {second}";

    private bool WasLost(Holding first, Holding second) =>
        (first.Session.IsLost && (_forgotten.Any(moment => first.Asked <= moment.Until && moment.From <= second.From) || second.From - first.Session.LastBeatBefore(second.From) >= ClientTimeout))
        || (second.Session.IsLost && second.Asked < first.From && second.From - second.Session.LastBeatBefore(second.From) >= ClientTimeout);

    /// <summary>A call that had not begun after so long was nobody's any more; one that had begun lasts.</summary>
    private static bool GaveUp(Holding first, Holding second) =>
        second.From - first.Asked >= BeginTimeout && (first.Begun is not { } begun || begun > second.Asked);

    private static IEnumerable<string> DialledAgain(IEnumerable<Holding> number) =>
        from done in number
        where done.Accepted is not null
        from later in number
        where later.Asked > done.Accepted
        select $"number {done.What} was given again after its recording was accepted: {done}; {later}";

    /// <summary>
    /// An extension gets another number once it has uploaded, once whoever had the first number before has, if only after a crash, or when it has not
    /// begun for too long.
    /// </summary>
    private IEnumerable<string> TwoAtOnce(IEnumerable<Holding> extension) =>
        from first in extension
        from second in extension
        where first.From < second.From && second.From < first.Until && !GaveUp(first, second)
            && !_numbers.Any(other => other.What == first.What && other.Session != first.Session && other.From < first.From && other.Until <= second.From)
        select $"extension {first.Extension} was given {second.What} while it had {first.What}: {first}; {second}; the first number elsewhere: "
            + string.Join("; ", _numbers.Where(other => other.What == first.What && other != first).Select(other => $"{other.Session} {other}"));
}

/// <summary>A client from its joining until it left or was lost.</summary>
/// <param name="id">Given by the service.</param>
/// <param name="asked">When it asked to join.</param>
internal sealed class Session(string id, DateTime asked)
{
    private readonly ConcurrentQueue<DateTime> _beats = new([asked]);

    /// <summary>Whether it was lost, or fell silent on purpose and must be.</summary>
    public bool IsLost { get; private set; }

    /// <summary>It was told that it is unknown, or is silent from now on.</summary>
    public void Lose() => IsLost = true;

    /// <summary>A beat that was sent at this moment was answered.</summary>
    public void Beat(DateTime sent) => _beats.Enqueue(sent);

    /// <summary>The last sign of life that was heard before a moment.</summary>
    public DateTime LastBeatBefore(DateTime moment) => _beats.Where(beat => beat < moment).Append(DateTime.MinValue).Max();

    public override string ToString() => $"client {id[..6]}{(IsLost ? " (lost)" : "")}";
}

/// <summary>What a session had, and when, on this process's clock.</summary>
/// <param name="Session">Who.</param>
/// <param name="What">A number or an extension.</param>
/// <param name="Extension">The extension that it was given to.</param>
/// <param name="Asked">When it was asked for.</param>
/// <param name="From">When the answer had arrived: it was given between the two.</param>
internal sealed record Holding(Session Session, string What, string Extension, DateTime Asked, DateTime From)
{
    /// <summary>When it was given back, or the recording sent; for ever where it was not.</summary>
    public DateTime Until { get; private set; } = DateTime.MaxValue;

    /// <summary>When its call was known to be reported; null where it was not.</summary>
    public DateTime? Begun { get; private set; }

    /// <summary>When the recording was known to be accepted.</summary>
    public DateTime? Accepted { get; private set; }

    /// <summary>It is about to be given back.</summary>
    public void Release() => Until = Until == DateTime.MaxValue ? DateTime.UtcNow : Until;

    /// <summary>The report that its call has begun was accepted.</summary>
    public void Begin() => Begun = DateTime.UtcNow;

    /// <summary>Its recording was accepted.</summary>
    public void Accept() => Accepted = DateTime.UtcNow;

    public override string ToString() => $"asked {Asked:mm:ss.fff}, from {From:mm:ss.fff}, begun {Begun:mm:ss.fff}, until {Until:mm:ss.fff}, beat {Session.LastBeatBefore(From):mm:ss.fff}";
}
