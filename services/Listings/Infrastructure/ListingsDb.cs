using EmptyNumber.Listings.Model;
using EmptyNumber.ServiceDefaults.Data;
using Microsoft.EntityFrameworkCore;

namespace EmptyNumber.Listings.Infrastructure;

/// <summary>Districts, and what is offered in them.</summary>
internal sealed class ListingsDb(DbContextOptions<ListingsDb> options) : ServiceDb(options)
{
    public DbSet<District> Districts => Set<District>();

    public DbSet<Agent> Agents => Set<Agent>();

    public DbSet<Estate> Estates => Set<Estate>();

    public DbSet<HouseType> HouseTypes => Set<HouseType>();

    public DbSet<House> Houses => Set<House>();

    public DbSet<HouseVersion> HouseVersions => Set<HouseVersion>();

    public DbSet<Tag> Tags => Set<Tag>();

    public DbSet<Photo> Photos => Set<Photo>();

    public DbSet<TelCheck> TelChecks => Set<TelCheck>();

    /// <inheritdoc />
    protected override void Configure(ModelBuilder model) => model.ApplyConfigurationsFromAssembly(GetType().Assembly);
}
