using System.Security.Claims;
using EmptyNumber.Listings.Infrastructure;
using EmptyNumber.Listings.Model;
using EmptyNumber.ServiceDefaults.Authentication;
using EmptyNumber.ServiceDefaults.Errors;
using EmptyNumber.ServiceDefaults.OpenApi;
using EmptyNumber.ServiceDefaults.Recordings;
using Microsoft.EntityFrameworkCore;

namespace EmptyNumber.Listings.Apis;

/// <summary>Photos of houses (房源图片).</summary>
internal static class PhotosApi
{
    /// <summary>Each upload that is stored holds a connection to the database: a store that is slow must leave enough of them to readers.</summary>
    private static readonly SemaphoreSlim Storing = new(8);

    public static void MapPhotosApi(this IEndpointRouteBuilder api)
    {
        var photos = api.MapGroup("/houseinfos/{house:int}/photos").WithTags("Photos");
        photos.MapGet("/", ListAsync).WithName("ListPhotos").WithSummary("The photos of a house").Produces<List<PhotoForm>>();
        photos.MapGet("/{id:int}", ReadAsync).WithName("ReadPhoto").WithSummary("A photo of a house").Produces<PhotoForm>();
        photos.MapPost("/", CreateAsync).WithName("CreatePhoto").WithSummary("Add a photo to a house of one's own: JPEG, PNG or WebP, 5 MB at most")
            .DocumentsBody(PhotoUpload.Documented).Produces<PhotoForm>(StatusCodes.Status201Created)
            .RequireRole(Roles.Landlord, Roles.Agent, Roles.Admin);
        photos.MapPut("/{id:int}", UpdateAsync).WithName("UpdatePhoto").WithSummary("Put another image in the place of a photo")
            .DocumentsBody(PhotoUpload.Documented).Produces<PhotoForm>().RequireRole(Roles.Landlord, Roles.Agent, Roles.Admin);
        photos.MapDelete("/{id:int}", DeleteAsync).WithName("DeletePhoto").WithSummary("Delete a photo of a house of one's own")
            .Produces(StatusCodes.Status204NoContent).RequireRole(Roles.Landlord, Roles.Admin);
    }

    private static async Task<IResult> ListAsync(int house, ListingsDb db, CancellationToken cancellationToken) =>
        await db.Houses.AnyAsync(row => row.Id == house, cancellationToken)
            ? TypedResults.Ok((await db.Photos.AsNoTracking().Where(photo => photo.HouseId == house).OrderBy(photo => photo.Id).ToListAsync(cancellationToken)).Select(Form))
            : ApiError.NotFound();

    private static async Task<IResult> ReadAsync(int house, int id, ListingsDb db, CancellationToken cancellationToken) =>
        await FindAsync(db, house, id, cancellationToken) is { } photo ? TypedResults.Ok(Form(photo)) : ApiError.NotFound();

    private static async Task<IResult> CreateAsync(
        int house, ClaimsPrincipal user, HttpRequest request, ListingsDb db, IRecordingStore store, CancellationToken cancellationToken)
    {
        if (await db.Houses.FindAsync([house], cancellationToken) is not { } owner)
            return ApiError.NotFound();
        if (!user.MayChange(owner))
            return ApiError.Forbidden();
        var upload = await PhotoUpload.ReadAsync(request, cancellationToken);
        var photo = new Photo { HouseId = house, Image = "" };
        db.Add(photo);
        await ShowAsync(photo, upload, db, store, cancellationToken);
        return TypedResults.Json(Form(photo), statusCode: StatusCodes.Status201Created);
    }

    private static async Task<IResult> UpdateAsync(
        int house, int id, ClaimsPrincipal user, HttpRequest request, ListingsDb db, IRecordingStore store, CancellationToken cancellationToken)
    {
        if (await FindAsync(db, house, id, cancellationToken) is not { } photo)
            return ApiError.NotFound();
        if (!user.MayChange(photo.House))
            return ApiError.Forbidden();
        await ShowAsync(photo, await PhotoUpload.ReadAsync(request, cancellationToken), db, store, cancellationToken);
        return TypedResults.Ok(Form(photo));
    }

    /// <summary>Stores an image, and writes that a photo shows it.</summary>
    private static async Task ShowAsync(Photo photo, PhotoUpload upload, ListingsDb db, IRecordingStore store, CancellationToken cancellationToken)
    {
        await Storing.WaitAsync(cancellationToken);
        try
        {
            await using var transaction = await db.KeepImagesAsync(cancellationToken);
            photo.Image = await store.SaveAsync(upload.Content, cancellationToken);
            photo.Format = upload.Image.Format;
            await db.SaveChangesAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }
        finally
        {
            Storing.Release();
        }
    }

    private static async Task<IResult> DeleteAsync(int house, int id, ClaimsPrincipal user, ListingsDb db, CancellationToken cancellationToken)
    {
        if (await FindAsync(db, house, id, cancellationToken) is not { } photo)
            return ApiError.NotFound();
        return user.MayChange(photo.House)
            ? await db.Photos.Where(row => row.Id == id).DeleteAsync(cancellationToken)
            : ApiError.Forbidden();
    }

    private static Task<Photo?> FindAsync(ListingsDb db, int house, int id, CancellationToken cancellationToken) =>
        db.Photos.Include(photo => photo.House).SingleOrDefaultAsync(photo => photo.Id == id && photo.HouseId == house, cancellationToken);

    private static PhotoForm Form(Photo photo) => new(photo.Id, ImagesApi.PathOf(photo));

    /// <param name="Photoid">Its id.</param>
    /// <param name="Path">Where the gateway serves the image.</param>
    private sealed record PhotoForm(int Photoid, string Path);
}
