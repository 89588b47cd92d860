using EmptyNumber.AudioClassifier.Analysis;

namespace EmptyNumber.AudioClassifier.Infrastructure;

/// <summary>What came of an enrolment.</summary>
/// <param name="Announcement">The new announcement, or the one that is the same recording.</param>
/// <param name="Result">Which of the two.</param>
/// <param name="Version">The version of the library that has it.</param>
internal sealed record Enrolled(Announcement Announcement, EnrolledAs Result, long Version);

/// <summary>How an enrolment ended.</summary>
internal enum EnrolledAs
{
    New,

    /// <summary>The same recording is there with the same meaning.</summary>
    Known,

    /// <summary>The same recording is there with another meaning.</summary>
    Conflict,
}
