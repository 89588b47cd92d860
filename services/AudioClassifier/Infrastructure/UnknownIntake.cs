using EmptyNumber.AudioClassifier.Analysis;
using EmptyNumber.Contracts;
using Microsoft.EntityFrameworkCore;

namespace EmptyNumber.AudioClassifier.Infrastructure;

/// <summary>Notes the recordings that are to be grouped, so that their verdicts need not wait for it.</summary>
internal sealed class UnknownIntake(ClassifierDb db, SortingSignal signal, TimeProvider time)
{
    /// <summary>Whether a recording has words in it that nothing matched. Speech in noise sounds like music.</summary>
    public static bool IsUnknown(Verdict verdict) =>
        verdict is { State: NumberState.Pending, Announcement: null }
        && verdict.Segments.Where(segment => segment.Kind is SegmentKind.Speech or SegmentKind.Music).Sum(segment => segment.EndS - segment.StartS)
            >= Enrolment.LeastSpeech.TotalSeconds;

    /// <summary>Notes a recording; a repeat changes nothing.</summary>
    public async Task NoteAsync(CallRecorded call, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var (sipCode, cause, answered) = call.Signalling;
        await db.Database.ExecuteSqlAsync(
            $"""
            insert into unknown_recordings (call_id, recording_id, sip_code, q850_cause, answered, heard_at, due_at, tries)
            values ({call.CallId}, {call.RecordingId}, {sipCode}, {cause}, {answered}, {now}, {now}, 0)
            on conflict (call_id) do nothing
            """,
            cancellationToken);
        signal.Wake();
    }
}
