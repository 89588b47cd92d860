using EmptyNumber.DialerCoordinator.Model;
using EmptyNumber.ServiceDefaults.Redis;
using Microsoft.EntityFrameworkCore;
using StackExchange.Redis;

namespace EmptyNumber.DialerCoordinator.Tests;

/// <summary>What holds of a fleet at any moment, whatever has failed.</summary>
internal static class Soundness
{
    /// <summary>No number is lost, none is held by two, and every lease is owned once.</summary>
    public static async Task ShouldBeSoundAsync(this CoordinatorService service)
    {
        var lost = await service.QueryAsync(db => db.Waiters.AsNoTracking()
            .Where(waiter => !db.DialJobs.Any(job => job.Id == waiter.JobId && job.State != DialJobState.Resolved))
            .Where(waiter => !db.Calls.Any(call => call.JobId == waiter.JobId && call.Outcome == CallOutcome.Undecided)
                || db.Calls.Any(call => call.JobId == waiter.JobId
                    && (call.Outcome == CallOutcome.Decided || call.Outcome == CallOutcome.Unreachable || call.Outcome == CallOutcome.NetworkBusy))).ToListAsync());
        lost.ShouldBeEmpty("a record waits for a job that has its state, that is over with nothing to learn, or was never there");

        (await service.QueryAsync(db => db.DialJobs.Where(job => job.State != DialJobState.Resolved).GroupBy(job => job.Number).CountAsync(same => same.Count() > 1))).ShouldBe(0);
        var open = await service.QueryAsync(db => db.DialJobs.AsNoTracking()
            .Where(job => job.State != DialJobState.Resolved && (job.State != DialJobState.Queued || job.ClientId != null || job.Extension != null)).ToListAsync());
        var underWay = open.Where(job => job.IsWithDialer).ToList();
        underWay.Select(job => job.Extension).ShouldBeUnique();
        underWay.ShouldAllBe(job => job.ClientId != null && job.Extension != null && job.LeaseToken != null && job.DeadlineAt != null && job.CallId != null);
        open.Where(job => !job.IsWithDialer).ShouldAllBe(job => job.ClientId == null && job.Extension == null && job.LeaseToken == null);
        open.Where(job => job.State == DialJobState.Recorded).ShouldAllBe(job => job.DeadlineAt != null);
        (await service.QueryAsync(db => db.Calls.AsNoTracking().Select(call => call.Id).ToListAsync()))
            .Intersect(underWay.Select(job => job.CallId!.Value)).ShouldBeEmpty("a call is under way and over");

        var (leases, held) = await ReadLeasesAsync(service);
        held.Order().ShouldBe(leases.Order(), "extension:client as the extensions have it, and as the clients have it");
        leases.Select(lease => lease.Split(':')[0]).ShouldBeUnique();
    }

    private static async Task<(string[] Leases, string[] Held)> ReadLeasesAsync(CoordinatorService service)
    {
        await using var redis = new RedisStore(service.Servers.Redis.ConnectionString);
        var both = (RedisResult[])await redis.RunAsync(
            """
            local leases, held = {}, {}
            local all = redis.call('HGETALL', '{fleet}:leases')
            for i = 1, #all, 2 do leases[#leases + 1] = all[i] .. ':' .. all[i + 1] end
            for _, key in ipairs(redis.call('KEYS', '{fleet}:held:*')) do
                for _, extension in ipairs(redis.call('SMEMBERS', key)) do
                    held[#held + 1] = extension .. ':' .. string.sub(key, #'{fleet}:held:' + 1)
                end
            end
            return { leases, held }
            """,
            [], [], CancellationToken.None);
        return ((string[])both[0], (string[])both[1]);
    }
}
