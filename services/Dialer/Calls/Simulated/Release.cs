using EmptyNumber.Contracts;

namespace EmptyNumber.Dialer.Calls.Simulated;

/// <summary>How the network releases calls to a number of each state.</summary>
internal static class Release
{
    /// <summary>One call in so many has no signalling at all: not every dialer can read it.</summary>
    private const int SilentOneIn = 5;

    /// <summary>Pairs of a SIP status and a cause, as RFC 3398 maps ITU-T Q.850 to RFC 3261.</summary>
    private static readonly Dictionary<NumberState, (int Sip, int? Cause)[]> Known = new()
    {
        [NumberState.Vacant] = [(404, 1), (404, null), (484, 28)],
        [NumberState.Suspended] = [(480, 31), (403, 57)],
        [NumberState.PoweredOff] = [(480, 20), (480, 18), (480, null)],
        [NumberState.Busy] = [(486, 17), (600, 17)],
        [NumberState.Unreachable] = [(480, 20), (408, 18), (480, null)],
        [NumberState.NoAnswer] = [(480, 19), (480, 18), (408, null)],
        [NumberState.IncomingBarred] = [(403, 55), (403, 21)],
        [NumberState.CallReminder] = [(480, 31), (183, null), (480, 19)],
        [NumberState.NumberChanged] = [(410, 22), (404, 1)],
        [NumberState.Rejected] = [(603, 21), (403, 21)],
        [NumberState.NetworkBusy] = [(503, 34), (503, 42), (503, 38), (503, null)],
        [NumberState.Unknown] = [(183, null), (480, 31)],
    };

    /// <summary>What is signalled in a call that nobody answers.</summary>
    public static Signalling Unanswered(NumberState state, Random random)
    {
        if (random.Next(SilentOneIn) == 0)
            return new Signalling(null, null, null);
        var choices = Known[state];
        var (sip, cause) = choices[random.Next(choices.Length)];
        return new Signalling(sip, cause, false);
    }

    /// <summary>What is signalled in a call that is answered and cleared by the caller.</summary>
    public static Signalling Answered { get; } = new(200, 16, true);

    /// <summary>What is signalled in a call that rings until the caller gives up.</summary>
    public static Signalling Ringing { get; } = new(180, null, false);
}
