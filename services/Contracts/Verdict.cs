namespace EmptyNumber.Contracts;

/// <summary>What one recording of a call says about the number that was called.</summary>
/// <param name="State">The state; <see cref="NumberState.Pending"/> when the sound does not tell (undecided).</param>
/// <param name="EmbeddedState">A second state inside the first: powered off within a call reminder (来电提醒 around 关机).</param>
/// <param name="Confidence">The chance that <paramref name="State"/> is right, 0 to 1.</param>
/// <param name="CallerSide">The announcement is about the caller's own line (您的电话已欠费): it says nothing of the number.</param>
/// <param name="Tone">The tone that was heard, null when there was none.</param>
/// <param name="Announcement">The library announcement that was heard, null when none matched.</param>
/// <param name="Segments">What the recording consists of, in order.</param>
/// <param name="SignalledState">The state that the signalling speaks for, where the sound says something else; null where they do not conflict. The sound decides.</param>
public sealed record Verdict(
    NumberState State,
    NumberState? EmbeddedState,
    double Confidence,
    bool CallerSide,
    Tone? Tone,
    AnnouncementMatch? Announcement,
    IReadOnlyList<AudioSegment> Segments,
    NumberState? SignalledState = null);

/// <summary>Where in a recording a library announcement was heard.</summary>
/// <param name="Id">The announcement's id in the library.</param>
/// <param name="Text">What it says.</param>
/// <param name="StartS">Begin within the recording, in seconds.</param>
/// <param name="EndS">End within the recording, in seconds.</param>
/// <param name="Score">Likeness, 0 to 1.</param>
public sealed record AnnouncementMatch(string Id, string Text, double StartS, double EndS, double Score);

/// <summary>A stretch of a recording that sounds of one kind.</summary>
/// <param name="Kind">What it sounds like.</param>
/// <param name="StartS">Begin, in seconds.</param>
/// <param name="EndS">End, in seconds.</param>
public sealed record AudioSegment(SegmentKind Kind, double StartS, double EndS);

/// <summary>Kinds of sound in a call.</summary>
public enum SegmentKind
{
    Silence,
    Tone,
    Speech,
    Music,
    Noise,
}

/// <summary>Call progress tones (GB/T 3380, ITU-T E.180).</summary>
public enum Tone
{
    /// <summary>拨号音: 450 Hz without a break.</summary>
    Dial,

    /// <summary>回铃音: 450 Hz, 1 s on, 4 s off.</summary>
    Ringback,

    /// <summary>忙音: 450 Hz, 0.35 s on, 0.35 s off.</summary>
    Busy,

    /// <summary>拥塞音: 450 Hz, 0.7 s on, 0.7 s off.</summary>
    Congestion,

    /// <summary>空号音: 450 Hz, three times 0.1 s on and 0.1 s off, then 0.4 s on and 0.4 s off.</summary>
    Vacant,

    /// <summary>Special information tone: 950, 1400 and 1800 Hz, one after another.</summary>
    Sit,
}
