using System.Net;
using System.Security.Cryptography;
using EmptyNumber.Accounts.Infrastructure.Sms;
using EmptyNumber.Accounts.Model;
using EmptyNumber.ServiceDefaults.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace EmptyNumber.Accounts.Infrastructure;

/// <summary>Sends verification codes, and none too often. All replicas share the count.</summary>
/// <remarks>
/// A number's minute begins before its code is sent and is given back when sending fails. Who dies in between has cost the number a
/// minute, and nobody a second message.
/// </remarks>
internal sealed partial class MobileCodes(
    AccountsDb db, ISmsSender sms, TimeProvider clock, IOptions<SmsOptions> options, ILogger<MobileCodes> logger)
{
    /// <summary>The pause between two codes of a number.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(60);

    /// <summary>Within which an address may have codes sent to so many numbers, and for which their rows are kept.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromHours(1);

    /// <summary>Sends a new code.</summary>
    /// <param name="tel">The number, 11 digits.</param>
    /// <param name="address">Who asks; null for a peer of a trusted network, who may have codes sent to any number of numbers.</param>
    /// <param name="cancellationToken">Ends it before the sending begins, and not afterwards.</param>
    public async Task<CodeSending> SendAsync(string tel, IPAddress? address, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        await using (var transaction = await db.Database.BeginTransactionAsync(cancellationToken))
        {
            var peer = PeerAddress.Group(address);
            if (await WaitOfAsync(peer, now, cancellationToken) is { Ticks: > 0 } wait)
                return new CodeSending(CodeSendingResult.TooManyNumbers, wait);
            var isFree = await db.Database.ExecuteSqlAsync($"""
                insert into mobile_codes as code (tel, sent_at, peer) values ({tel}, {now}, {peer})
                on conflict (tel) do update set sent_at = excluded.sent_at, peer = excluded.peer where code.sent_at <= {now - Pause}
                """, cancellationToken) > 0;
            if (!isFree)
                return new CodeSending(CodeSendingResult.TooSoon);
            await transaction.CommitAsync(cancellationToken);
        }

        try
        {
            await sms.SendAsync(tel, RandomNumberGenerator.GetInt32(1_000_000).ToString("D6"), CancellationToken.None);
            return new CodeSending(CodeSendingResult.Sent);
        }
        catch (SmsException e)
        {
            NotSent(logger, e);
            await db.MobileCodes.Where(code => code.Tel == tel && code.SentAt == now).ExecuteDeleteAsync(CancellationToken.None);
            return new CodeSending(CodeSendingResult.Unavailable);
        }
    }

    /// <summary>How long an address must wait; zero or less where it need not. It has the count to itself until the transaction ends.</summary>
    private async Task<TimeSpan> WaitOfAsync(string peer, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (peer.Length == 0)
            return TimeSpan.Zero;
        await db.Database.ExecuteSqlAsync($"select pg_advisory_xact_lock(hashtextextended({peer}, 0))", cancellationToken);
        var last = await db.MobileCodes.Where(code => code.Peer == peer && code.SentAt > now - Window)
            .OrderByDescending(code => code.SentAt).Skip(options.Value.NumbersPerAddress - 1)
            .Select(code => (DateTimeOffset?)code.SentAt).FirstOrDefaultAsync(cancellationToken);
        return last + Window - now ?? TimeSpan.Zero;
    }

    [LoggerMessage(LogLevel.Warning, "A verification code could not be sent")]
    private static partial void NotSent(ILogger logger, Exception exception);
}

/// <summary>What came of it.</summary>
internal enum CodeSendingResult
{
    Sent,

    /// <summary>The number was sent one less than a minute ago.</summary>
    TooSoon,

    /// <summary>The provider failed.</summary>
    Unavailable,

    /// <summary>The address had codes sent to too many numbers.</summary>
    TooManyNumbers,
}

/// <summary>What came of sending a code.</summary>
/// <param name="Result">What came of it.</param>
/// <param name="Wait">How long the address must wait, where it had codes sent to too many numbers.</param>
internal sealed record CodeSending(CodeSendingResult Result, TimeSpan Wait = default);
