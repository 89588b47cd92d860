namespace EmptyNumber.AudioClassifier.Analysis;

/// <summary>Buffers that are used again from call to call.</summary>
internal static class Room
{
    /// <summary>The first so many places of a buffer, which is made anew, a little larger, where it has fewer. What is in them is left from before.</summary>
    public static Span<T> Of<T>(ref T[] buffer, int length)
    {
        if (buffer.Length < length)
            buffer = new T[length + (length / 4)];
        return buffer.AsSpan(0, length);
    }
}
