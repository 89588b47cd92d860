using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text.Json;

namespace EmptyNumber.AppHost;

/// <summary>
/// Hands out TCP ports that nobody listens on. They are taken from below Linux's range for outgoing connections
/// (from 32768, ip(7)), so that none is lost to a client socket before its server has started, and none is handed out twice.
/// </summary>
internal static class FreePorts
{
    private const int First = 20_000;
    private const int Last = 32_000;
    private const int Attempts = 1_000;

    private static readonly Lock Gate = new();
    private static readonly HashSet<int> Given = [];

    public static int Take()
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var port = RandomNumberGenerator.GetInt32(First, Last);
            if (TryTake(port))
                return port;
        }

        throw new InvalidOperationException($"No free TCP port was found between {First} and {Last}.");
    }

    /// <summary>
    /// The ports of a server by their names, the same ones as last time where they are free.
    /// </summary>
    /// <param name="file">Where they are kept.</param>
    /// <param name="names">What they are for.</param>
    public static IReadOnlyDictionary<string, int> TakeKept(string file, params IEnumerable<string> names)
    {
        var kept = Read(file);
        var ports = names.ToDictionary(name => name, name => kept.TryGetValue(name, out var port) && TryTake(port) ? port : Take());
        File.WriteAllText(file, JsonSerializer.Serialize(ports));
        return ports;
    }

    /// <param name="port">The port.</param>
    /// <param name="external">Whether it is wanted on all addresses; on 127.0.0.1 otherwise.</param>
    public static bool IsFree(int port, bool external = false)
    {
        try
        {
            using var listener = external ? TcpListener.Create(port) : new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>Says that whoever took these ports has ended.</summary>
    public static void Return(params IEnumerable<int> ports)
    {
        lock (Gate)
            Given.ExceptWith(ports);
    }

    private static bool TryTake(int port)
    {
        lock (Gate)
            return !Given.Contains(port) && IsFree(port) && Given.Add(port);
    }

    private static Dictionary<string, int> Read(string file)
    {
        try
        {
            return JsonSerializer.Deserialize<Dictionary<string, int>>(File.ReadAllText(file)) ?? [];
        }
        catch (Exception e) when (e is FileNotFoundException or JsonException)
        {
            return [];
        }
    }
}
