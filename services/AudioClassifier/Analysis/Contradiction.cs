namespace EmptyNumber.AudioClassifier.Analysis;

/// <summary>A stretch of the recording in which a reference speaks and so does the recording, but not alike.</summary>
/// <param name="From">Its first frame.</param>
/// <param name="To">The frame after its last.</param>
/// <param name="IsSlight">
/// It begins after a pause, and both speak for less than 0.6 s from there: too little to tell another announcement from the same one, said again.
/// </param>
public readonly record struct Contradiction(int From, int To, bool IsSlight);
