using System.Buffers;

namespace EmptyNumber.AudioClassifier.Analysis;

/// <summary>Room for a while: taken from a pool, given back when disposed.</summary>
/// <param name="length">How many; what is in them is left from before.</param>
internal readonly ref struct Rented<T>(int length) : IDisposable
{
    private readonly T[] _array = ArrayPool<T>.Shared.Rent(length);

    /// <summary>The room.</summary>
    public Span<T> Span => _array.AsSpan(0, length);

    public void Dispose() => ArrayPool<T>.Shared.Return(_array);
}
