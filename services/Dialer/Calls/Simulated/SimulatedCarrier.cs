using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace EmptyNumber.Dialer.Calls.Simulated;

/// <summary>
/// A network in which the last two digits of a number decide what is heard (<see cref="SandboxNumber"/>). The audio is
/// composed for real; only the time goes faster, by <see cref="DialerOptions.Pace"/>.
/// </summary>
internal sealed class SimulatedCarrier(AnnouncementPack pack, IOptions<DialerOptions> options, TimeProvider time) : ICarrier
{
    private readonly ScriptWriter _writer = new(pack);
    private readonly ConcurrentDictionary<string, int> _attempts = new();

    public async Task<CallResult> CallAsync(Account from, string number, Func<Task> answered, CancellationToken cancellationToken)
    {
        var random = RandomFor(number);
        var script = _writer.Write(SandboxNumber.StateOf(number), random);
        if (script.AnsweredAtS is { } answeredAtS)
        {
            await ListenAsync(answeredAtS, cancellationToken);
            await answered();
        }

        await ListenAsync(script.LengthS - (script.AnsweredAtS ?? 0), cancellationToken);
        // Composed only now: a thousand calls under way hold no sound.
        return new CallResult(script.Record(random.Next()), script.Signalling);
    }

    private Task ListenAsync(double seconds, CancellationToken cancellationToken) =>
        Task.Delay(TimeSpan.FromSeconds(seconds / options.Value.Pace), time, cancellationToken);

    private Random RandomFor(string number)
    {
        if (options.Value.Seed is not { } seed)
            return new Random();
        var attempt = _attempts.AddOrUpdate(number, 1, (_, before) => before + 1);
        return new Random(BinaryPrimitives.ReadInt32LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"{seed}/{number}/{attempt}"))));
    }
}
