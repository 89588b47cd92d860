using EmptyNumber.Contracts;

namespace EmptyNumber.AudioClassifier.Model;

/// <summary>A recording with speech that matched nothing.</summary>
public sealed class UnknownRecording
{
    /// <summary>The call: a repeat of its message is the same recording.</summary>
    public required Guid CallId { get; init; }

    /// <summary>The recording in the store.</summary>
    public required string RecordingId { get; init; }

    public int? SipCode { get; init; }

    public int? Q850Cause { get; init; }

    public bool? Answered { get; init; }

    /// <summary>When it was listened to, UTC.</summary>
    public required DateTimeOffset HeardAt { get; init; }

    /// <summary>The group that it is in; null while it is in none.</summary>
    public long? GroupId { get; set; }

    /// <summary>Where and how it is like an exemplar of its group, as JSON; null where it is one itself, or in no group.</summary>
    public string? Match { get; set; }

    /// <summary>When it is to be compared with the groups (again), UTC; null when it has its place.</summary>
    public DateTimeOffset? DueAt { get; set; }

    /// <summary>How often it was compared with them.</summary>
    public int Tries { get; set; }

    /// <summary>What the signalling said.</summary>
    public Signalling Signalling => new(SipCode, Q850Cause, Answered);
}

/// <summary>Where and how a recording is like an exemplar.</summary>
/// <param name="StartS">Begin within the recording, in seconds.</param>
/// <param name="EndS">End within the recording, in seconds.</param>
/// <param name="Likeness">0 to 1.</param>
/// <param name="Evidence">How sure it is: coherence in excess of chance, summed.</param>
public sealed record GroupMatch(double StartS, double EndS, double Likeness, double Evidence);

/// <summary>Unknown recordings that say the same.</summary>
public sealed class UnknownGroup
{
    public long Id { get; private set; }

    /// <summary>How many there are.</summary>
    public int Recordings { get; set; }

    public required DateTimeOffset FirstHeardAt { get; set; }

    public required DateTimeOffset LastHeardAt { get; set; }

    /// <summary>The announcement that it was labelled as; null before. A labelled group lasts until its recordings are settled.</summary>
    public string? AnnouncementId { get; set; }

    /// <summary>The version of the library that has the announcement.</summary>
    public long? LibraryVersion { get; set; }
}

/// <summary>A recording that others are compared with, to find those that say what its group says.</summary>
public sealed class UnknownExemplar
{
    public long Id { get; private set; }

    public required long GroupId { get; set; }

    public required Guid CallId { get; init; }

    /// <summary>How well others can be told by it.</summary>
    public required double Worth { get; init; }

    /// <summary>How long its speech is.</summary>
    public required double Seconds { get; init; }

    /// <summary>Its speech: a WAV.</summary>
    public required byte[] Audio { get; init; }
}
