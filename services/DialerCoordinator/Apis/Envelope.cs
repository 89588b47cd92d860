namespace EmptyNumber.DialerCoordinator.Apis;

/// <summary>The answer of every operation for dialers: <c>{"code":200,"msg":"","data":{…}}</c>.</summary>
internal sealed record Envelope<T>(int Code, string Msg, T Data);

internal static class Envelope
{
    public static Envelope<T> Of<T>(T data) => new(StatusCodes.Status200OK, "", data);
}

/// <summary>Data of an answer that only says when it was given.</summary>
/// <param name="Timestamp">Unix seconds.</param>
internal sealed record Stamp(string Timestamp)
{
    public static Envelope<Stamp> Now(TimeProvider time) => Envelope.Of(new Stamp(time.GetUtcNow().ToUnixTimeSeconds().ToString()));
}
